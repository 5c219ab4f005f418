-- Every event that came through intake, as it came: the record, where topics are only transport.
CREATE TABLE journal (
    event           uuid        PRIMARY KEY,
    agency          text        NOT NULL,
    event_id        text        NOT NULL,
    event_type      text        NOT NULL,
    happened_at     timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL DEFAULT app.now(),
    -- SHA-256 over what the event says: the same id with another digest is another event under a used id.
    digest          bytea       NOT NULL,
    content         bytea       NOT NULL
);

CREATE INDEX journal_by_age ON journal USING brin (recorded_at);
