-- Takes the records at these places, from 1, out of a row whose other records wait. They keep their places, since a record
-- is known by its own. A row of which nothing waits any more goes: the caller may know it from before others were taken out,
-- and a row without a record would be carried by nobody and stand as waiting for ever.
WITH left_over AS (
    SELECT
        array_agg(CASE WHEN place <> ALL ($2::int8[]) THEN record.topic END ORDER BY place) AS topic,
        array_agg(CASE WHEN place <> ALL ($2::int8[]) THEN record.value END ORDER BY place) AS value,
        count(record.topic) FILTER (WHERE place <> ALL ($2::int8[])) AS waiting
    FROM outbox o, unnest(o.topic, o.value) WITH ORDINALITY AS record (topic, value, place)
    WHERE o.id = $1
), gone AS (
    DELETE FROM outbox USING left_over WHERE outbox.id = $1 AND left_over.waiting = 0
)
UPDATE outbox
SET topic = left_over.topic, value = left_over.value, is_part = true
FROM left_over
WHERE outbox.id = $1 AND left_over.waiting > 0
