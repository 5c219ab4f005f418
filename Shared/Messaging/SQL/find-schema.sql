SELECT to_regclass($1 || '.outbox') IS NOT NULL
