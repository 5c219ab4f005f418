-- Recovery looks for a row on its topic from the row's own time on, and brokers stamp records with the time of day. So the
-- row carries the time of day as well, not the clock of the rules, which a replay may move.
ALTER TABLE outbox ALTER COLUMN created_at SET DEFAULT pg_catalog.clock_timestamp();
