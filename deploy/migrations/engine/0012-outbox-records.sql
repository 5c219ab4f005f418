-- A row holds all that one transaction has to say: one insertion and one deletion however much that is. The columns are
-- arrays, one element for each record, in the order in which they were said. A record that the broker has while others of
-- its row wait has no topic any more, nor a value.
ALTER TABLE outbox
    ALTER COLUMN topic TYPE text[] USING ARRAY[topic],
    ALTER COLUMN key TYPE text[] USING ARRAY[key],
    ALTER COLUMN value TYPE bytea[] USING ARRAY[value],
    ALTER COLUMN headers TYPE bytea[] USING ARRAY[headers],
    ALTER COLUMN reference TYPE text[] USING ARRAY[reference],
    -- How many records, so that a read can be bounded without looking at them.
    ADD COLUMN size integer NOT NULL DEFAULT 1,
    -- Whether the broker has some of them already.
    ADD COLUMN is_part boolean NOT NULL DEFAULT false;

ALTER TABLE outbox ALTER COLUMN size DROP DEFAULT;
-- Events resemble each other.
ALTER TABLE outbox ALTER COLUMN topic SET COMPRESSION lz4;
ALTER TABLE outbox ALTER COLUMN key SET COMPRESSION lz4;
ALTER TABLE outbox ALTER COLUMN value SET COMPRESSION lz4;
ALTER TABLE outbox ALTER COLUMN headers SET COMPRESSION lz4;
ALTER TABLE outbox ALTER COLUMN reference SET COMPRESSION lz4;
ALTER TABLE outbox SET (
    toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 5000,
    toast.autovacuum_vacuum_cost_delay = 0
);

-- The records that wait, for whoever wants to look.
CREATE VIEW outbox_record AS
SELECT o.id, record.place, record.topic, record.key, record.value, record.headers, record.reference, o.created_at
FROM outbox o,
    unnest(o.topic, o.key, o.value, o.headers, o.reference)
        WITH ORDINALITY AS record (topic, key, value, headers, reference, place)
WHERE record.topic IS NOT NULL;
