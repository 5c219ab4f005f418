INSERT INTO open_referral (item, household, agency, is_immediate, weight, event)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bool[], $5::int4[], $6::uuid[])
ON CONFLICT (item) DO NOTHING
