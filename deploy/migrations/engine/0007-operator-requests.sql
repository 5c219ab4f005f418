-- The message that could not be handled stands in front of those that wait behind it.
ALTER TABLE parked_message ADD COLUMN failed boolean NOT NULL DEFAULT false;

-- What operators ask a service to do, and what came of it: the request is its own record. The
-- service carries it out under its own locks; nobody else writes its tables.
CREATE TABLE operator_request (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    action          text        NOT NULL CHECK (action IN ('release', 'edit', 'discard', 'show', 'reposition')),
    -- Whose messages; absent for 'reposition'.
    household       uuid,
    -- Who asks, and why.
    requested_by    text        NOT NULL,
    reason          text        NOT NULL,
    -- For 'edit': what is to be handled in the place of what failed. For 'reposition': which partition, and where to.
    content         bytea,
    requested_at    timestamptz NOT NULL DEFAULT app.now(),
    done_at         timestamptz,
    outcome         text
);

CREATE INDEX operator_request_open ON operator_request (id) WHERE done_at IS NULL;
