-- Which events are in effect already: what catches the same event under a new offset, after a sender or a relay was
-- killed between the broker's answer and its own note of it. Rows leave by age.
CREATE TABLE inbox (
    -- The first 16 bytes of SHA-256 over the event's source and id.
    event           uuid        PRIMARY KEY,
    received_at     timestamptz NOT NULL DEFAULT app.now()
);

CREATE INDEX inbox_by_age ON inbox USING brin (received_at);
