SELECT agency, attested_on, attested_by, training_on, app.now() FROM agency_attestation
