-- What is older than what is known changes nothing.
INSERT INTO attestation AS known (agency, attested_on, attested_by, training_on, contacts)
SELECT * FROM unnest($1::text[], $2::date[], $3::text[], $4::date[], $5::bytea[])
ON CONFLICT (agency) DO UPDATE
SET attested_on = excluded.attested_on, attested_by = excluded.attested_by, training_on = excluded.training_on,
    contacts = excluded.contacts, recorded_at = excluded.recorded_at
WHERE known.attested_on <= excluded.attested_on
