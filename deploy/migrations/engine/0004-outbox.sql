-- What the service has to say, written in the transaction that decided it, deleted when the broker has acknowledged it.
-- A queue without a cursor: a row that commits late can be reordered against other households, never skipped.
CREATE TABLE outbox (
    id              bigint      GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    topic           text        NOT NULL,
    key             text,
    -- Absent: a tombstone, which removes the key from a compacted topic.
    value           bytea,
    -- Extra record headers as a JSON object; dead letters carry where they came from.
    headers         bytea,
    -- What the service calls this row, told back to it on delivery (a notice's identifier).
    reference       text,
    created_at      timestamptz NOT NULL DEFAULT app.now()
) WITH (
    -- Every row is deleted soon: vacuum by a fixed count and at full speed, or the queue's head drags dead rows.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_vacuum_insert_scale_factor = 0.2
);
