-- One look for the metrics. Counts of tables that may be long are the planner's estimates.
SELECT
    coalesce(extract(epoch FROM clock_timestamp() - (SELECT o.created_at FROM outbox o ORDER BY o.id LIMIT 1)), 0)::float8,
    (SELECT greatest(c.reltuples, 0) FROM pg_class c WHERE c.oid = 'deadline'::regclass)::float8,
    greatest(coalesce(extract(epoch FROM app.now() - (SELECT min(due_at) FROM deadline)), 0), 0)::float8,
    (SELECT count(*) FROM parked_household)::float8,
    (SELECT count(*) FROM parked_message)::float8
