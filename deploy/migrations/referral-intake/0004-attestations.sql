-- Who answers for an agency at each stage of an escalation, as it said last. The names stay here.
CREATE TABLE attestation (
    agency          text        PRIMARY KEY,
    attested_on     date        NOT NULL,
    attested_by     text        NOT NULL,
    training_on     date,
    contacts        bytea       NOT NULL,
    recorded_at     timestamptz NOT NULL DEFAULT app.now()
);
