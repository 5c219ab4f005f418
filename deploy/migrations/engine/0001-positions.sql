-- How far each partition is in effect. The row is locked by the transaction that handles a batch of the partition, so
-- two owners (one of them a process that was paused and has woken up) serialise here and the later one sees that the
-- work is done. Offsets committed to Kafka are only a hint beside this row.
CREATE TABLE position (
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    next_offset     bigint      NOT NULL,
    -- The cluster whose log this is: another cluster's offsets mean other messages.
    cluster         text        NOT NULL,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);
