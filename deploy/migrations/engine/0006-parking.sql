-- Households that wait behind a message which could not be handled. Their later messages are kept here in order until
-- an operator releases, edits or discards the one in front; other households go on.
CREATE TABLE parked_household (
    household       uuid        PRIMARY KEY,
    parked_at       timestamptz NOT NULL DEFAULT app.now(),
    code            text        NOT NULL,
    reason          text        NOT NULL
);

CREATE TABLE parked_message (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    household       uuid        NOT NULL REFERENCES parked_household,
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    message_offset  bigint      NOT NULL,
    key             bytea,
    value           bytea,
    headers         bytea       NOT NULL
);

CREATE INDEX parked_message_in_order ON parked_message (household, id);
