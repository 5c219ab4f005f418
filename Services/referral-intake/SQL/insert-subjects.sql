-- One that is there already has been found to be free again.
INSERT INTO subject (key, agency, household, event, reference)
SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[])
ON CONFLICT (key) DO UPDATE
SET agency = excluded.agency, household = excluded.household, event = excluded.event, reference = excluded.reference,
    noted_at = app.now()
