-- How far the ladder of acknowledgement has come with a notice; and, of a reminder, the notice that it is about.
ALTER TABLE notice ADD COLUMN steps_taken integer NOT NULL DEFAULT 0;
ALTER TABLE notice ADD COLUMN about text;
UPDATE notice SET steps_taken = 1 WHERE reminded_at IS NOT NULL;

-- Recipients whom a manager has taken off the list, for one agency and address: a household's member who works there,
-- somebody linked to who is alleged to have done harm. Who asked and why stands in the request, a row of operator_request.
-- A row is never deleted.
CREATE TABLE do_not_notify (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency          text        NOT NULL,
    -- In lower case.
    address         text        NOT NULL,
    request         bigint      NOT NULL,
    since           timestamptz NOT NULL DEFAULT app.now(),
    lifted_at       timestamptz,
    lifting_request bigint
);

CREATE UNIQUE INDEX do_not_notify_in_force ON do_not_notify (agency, address) WHERE lifted_at IS NULL;

-- What goes to a contact beside the notice on Kafka, and what became of it. Written with the notice, carried afterwards.
CREATE TABLE channel_delivery (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice          text        NOT NULL REFERENCES notice,
    channel         text        NOT NULL CHECK (channel IN ('email', 'webhook')),
    agency          text        NOT NULL,
    -- The contact, as policy named it then.
    stage           integer     NOT NULL,
    role            text        NOT NULL,
    address         text        NOT NULL,
    template        text        NOT NULL,
    state           text        NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'delivered', 'failed', 'suppressed')),
    attempts        integer     NOT NULL DEFAULT 0,
    -- When it is tried next; nothing once it is settled.
    next_attempt_at timestamptz,
    -- How the last attempt ended: a word of ours, and the other side's status.
    reason          text,
    status          integer,
    suppressed_by   bigint      REFERENCES do_not_notify,
    settled_at      timestamptz,
    CHECK ((state = 'waiting') = (next_attempt_at IS NOT NULL)),
    -- Each contact hears of a notice once by each channel.
    UNIQUE (notice, channel, address)
) WITH (fillfactor = 80);

CREATE INDEX channel_delivery_due ON channel_delivery (channel, next_attempt_at, id) WHERE state = 'waiting';
CREATE INDEX channel_delivery_failed ON channel_delivery (channel, id) WHERE state = 'failed';
