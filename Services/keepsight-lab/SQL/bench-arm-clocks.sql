-- Clocks that fall due in a year or later, each of a household of its own.
INSERT INTO notifier.deadline (key, household, due_at, explanation)
SELECT
    'acknowledgement:bench-' || n, gen_random_uuid(), app.now() + interval '365 days' + n * interval '1 second',
    '{"rule":"for a measurement"}'
FROM generate_series($1::int8, $2::int8) AS n
ON CONFLICT DO NOTHING
