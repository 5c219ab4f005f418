-- The name under which a row's records stand on their topics: `<service>/<name>/<place>`. An id is not enough: ids recur when a
-- database has lost its last commits, by a fail-over to a standby that lags or by a restored backup, and then a new row would
-- pass for one that the broker has. Made at random by whoever writes the row, so that it need not be read back.
ALTER TABLE outbox ADD COLUMN name uuid NOT NULL DEFAULT gen_random_uuid();
