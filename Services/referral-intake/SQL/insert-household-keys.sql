INSERT INTO household_key (key, household)
SELECT * FROM unnest($1::text[], $2::uuid[])
ON CONFLICT (key) DO NOTHING
