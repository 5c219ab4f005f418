-- One look for the metrics. Counts of tables that may be long are the planner's estimates. Deadlines that are held back with
-- their household, or set aside, are not late: they are counted as such.
SELECT
    coalesce(extract(epoch FROM clock_timestamp() - (SELECT o.created_at FROM outbox o ORDER BY o.id LIMIT 1)), 0)::float8
        AS outbox_age,
    -- PostgreSQL has no estimate (-1) of a table that nothing has analysed yet: then it is counted, up to a bound, since it is
    -- new or small.
    (
        SELECT
            CASE
                WHEN c.reltuples > 0 THEN c.reltuples
                ELSE (SELECT count(*) FROM (SELECT FROM deadline LIMIT 10000) few)
            END
        FROM pg_class c
        WHERE c.oid = 'deadline'::regclass
    )::float8 AS deadlines_armed,
    greatest(
        coalesce(
            extract(
                epoch FROM app.now() - (
                    SELECT d.due_at
                    FROM deadline d
                    WHERE NOT EXISTS (SELECT FROM parked_household p WHERE p.household = d.household)
                        AND NOT EXISTS (SELECT FROM deadline_aside a WHERE a.household = d.household)
                    ORDER BY d.due_at
                    LIMIT 1
                )
            ), 0
        ), 0
    )::float8 AS deadline_lateness,
    (SELECT count(*) FROM parked_household)::float8 AS parked_households,
    (SELECT count(*) FROM parked_message)::float8 AS parked_messages,
    (SELECT count(*) FROM deadline_aside)::float8 AS households_aside
