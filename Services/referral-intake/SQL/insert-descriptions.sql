INSERT INTO person_description (person, agency, description)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])
ON CONFLICT (person, agency) DO UPDATE
SET description = excluded.description, described_at = app.now()
