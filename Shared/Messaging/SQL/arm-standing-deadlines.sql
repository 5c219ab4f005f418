-- Clocks that run without an event: set when the service first starts, and left alone after that.
INSERT INTO deadline (key, household, due_at, explanation)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::bytea[])
ON CONFLICT (key) DO NOTHING
