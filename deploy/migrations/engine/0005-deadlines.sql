-- Armed clocks. Set, moved and cleared under the lock of their household's state, so a deadline that races the event
-- which cancels it is decided by that lock.
CREATE TABLE deadline (
    -- <kind>:<what it is about>
    key             text        PRIMARY KEY,
    household       uuid        NOT NULL,
    due_at          timestamptz NOT NULL,
    -- Why it is due then, frozen when it was armed: from when, which policy version, which days were skipped.
    explanation     bytea       NOT NULL
);

CREATE INDEX deadline_by_due ON deadline (due_at);
CREATE INDEX deadline_by_household ON deadline (household, due_at);
