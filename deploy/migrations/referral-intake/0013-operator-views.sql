-- Who has said when who answers for each agency, as the command line shows it: without the contacts.
CREATE VIEW agency_attestation AS
SELECT agency, attested_on, attested_by, training_on
FROM attestation;

-- The households into which intake has put anybody.
CREATE VIEW registered_household AS
SELECT DISTINCT household FROM person;
