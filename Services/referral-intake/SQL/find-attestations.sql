-- Who answers for these agencies, as each said last: an urgent change is authorised by one of them.
SELECT agency, attested_on, contacts FROM attestation WHERE agency = ANY ($1::text[])
