INSERT INTO person_key (key, person)
SELECT * FROM unnest($1::text[], $2::uuid[])
ON CONFLICT (key) DO NOTHING
