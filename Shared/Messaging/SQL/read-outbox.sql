-- The next rows above the floor, with so many records together and one row more at the most. Not those whose deletion is
-- pending, and not those that can go nowhere, since the broker refuses their topics. Without the floor every read would
-- walk over all that was deleted since the last vacuum.
SELECT id, topic, key, value, headers, reference, size, created_at
FROM (
    SELECT o.*, sum(size) OVER (ORDER BY id) - size AS before
    FROM outbox o
    WHERE id > $3 AND id <> ALL ($2::int8[])
        AND (cardinality($4::text[]) = 0 OR NOT array_remove(topic, NULL) <@ $4::text[])
    ORDER BY id
    LIMIT $1
) AS next
WHERE before < $1
ORDER BY id
