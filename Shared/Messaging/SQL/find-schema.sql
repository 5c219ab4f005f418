-- How many steps of the engine's and of the service's own migrations the schema has; nothing if there are none at all.
SELECT
    count(*) FILTER (WHERE step LIKE 'engine/%') AS engine_steps,
    count(*) FILTER (WHERE step NOT LIKE 'engine/%') AS own_steps
FROM app.keepsight_migration
WHERE schema_name = $1 AND to_regclass($1 || '.outbox') IS NOT NULL
