-- The next rows above the floor, with so many records together and one row more at the most. Not those whose deletion is
-- pending, and not those that can go nowhere, since the broker refuses their topics. Without the floor every read would
-- walk over all that was deleted since the last vacuum. What is in a row is only sent if the caller does not know it, by the
-- row's name: an id may be another row's by now.
SELECT
    id, next.name, next.size, next.created_at, unknown.topic, unknown.key, unknown.value, unknown.headers, unknown.reference
FROM (
    SELECT o.*, sum(size) OVER (ORDER BY id) - size AS before
    FROM outbox o
    WHERE id > $3 AND id <> ALL ($2::int8[])
        AND (cardinality($4::text[]) = 0 OR NOT array_remove(topic, NULL) <@ $4::text[])
    ORDER BY id
    LIMIT $1
) AS next
LEFT JOIN LATERAL (SELECT next.topic, next.key, next.value, next.headers, next.reference) AS unknown
    ON is_part OR next.name <> ALL ($5::uuid[])
WHERE before < $1
ORDER BY id
