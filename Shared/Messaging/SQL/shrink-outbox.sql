-- Takes the records at these places, from 1, out of a row whose other records wait. They keep their places, since a record
-- is known by its own.
UPDATE outbox
SET topic = left_over.topic, value = left_over.value, is_part = true
FROM (
    SELECT
        array_agg(CASE WHEN place <> ALL ($2::int8[]) THEN record.topic END ORDER BY place) AS topic,
        array_agg(CASE WHEN place <> ALL ($2::int8[]) THEN record.value END ORDER BY place) AS value
    FROM outbox o, unnest(o.topic, o.value) WITH ORDINALITY AS record (topic, value, place)
    WHERE o.id = $1
) AS left_over
WHERE outbox.id = $1
