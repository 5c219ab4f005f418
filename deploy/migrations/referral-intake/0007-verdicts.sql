-- An event that was refused leaves its id free, and another may take it: the attempt counts them. Where the sender's record
-- stands and what it wrote for itself go back to it on its receipt, and nowhere else.
ALTER TABLE journal
    ADD COLUMN attempt integer NOT NULL DEFAULT 1,
    ADD COLUMN record_partition integer NOT NULL DEFAULT 0,
    ADD COLUMN record_offset bigint NOT NULL DEFAULT 0,
    ADD COLUMN correlation_id text,
    ADD COLUMN causation_id text,
    ADD COLUMN traceparent text;

-- What the service that can judge an event has said to it; of events that intake judges itself, only those that it has
-- handed back. Without a row such an event is still being judged. Never changed: an attempt has one verdict.
CREATE TABLE verdict (
    event           uuid        NOT NULL,
    -- Which attempt: the identifier that its facts were named after.
    reference       uuid        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    -- What stands against it, as JSON; nothing if it is accepted.
    refusal         bytea,
    kept_at         timestamptz NOT NULL DEFAULT app.now(),
    PRIMARY KEY (event, reference)
);

-- As the journal's: noted as the table grows, and anew where it was pruned.
CREATE INDEX verdict_by_age ON verdict USING brin (kept_at) WITH (pages_per_range = 128, autosummarize = on);
