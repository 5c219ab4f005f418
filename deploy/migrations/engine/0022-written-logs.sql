-- How far each topic that a service can say again had been written when it was last looked at, with the record before that place,
-- as `position` has it of what is read: a log that ends before it, or has another record there, is not the one that was written.
CREATE TABLE written_log (
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    next_offset     bigint      NOT NULL,
    cluster         text        NOT NULL,
    -- When the record before `next_offset` was made, in milliseconds of Unix time.
    record_milliseconds bigint,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- Logs that were found to be others than the ones that were written. What stood there and was not read is gone, so each stays
-- until an operator has said what is to become of it, and that is done.
CREATE TABLE lost_log (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    -- What was found, as a sentence.
    reason          text        NOT NULL,
    noticed_at      timestamptz NOT NULL DEFAULT app.now(),
    -- Who has asked for what: a row of operator_request.
    request         bigint,
    settled_at      timestamptz,
    -- Records that were said again, and those that could not be, since what they followed from is gone as well. Nothing where it
    -- was left as it is.
    said_again      bigint,
    missing         bigint
);

CREATE UNIQUE INDEX lost_log_open ON lost_log (topic, partition) WHERE settled_at IS NULL;

-- The same for the command line.
CREATE VIEW lost_topic AS
SELECT l.id, l.topic, l.partition, l.reason, l.noticed_at, l.request, r.requested_by, l.settled_at, l.said_again, l.missing
FROM lost_log l
LEFT JOIN operator_request r ON r.id = l.request;
