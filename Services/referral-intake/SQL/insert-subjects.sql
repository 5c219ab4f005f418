INSERT INTO subject (key, agency, household)
SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])
ON CONFLICT (key) DO NOTHING
