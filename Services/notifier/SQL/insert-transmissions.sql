INSERT INTO transmission (id, delivered_at)
SELECT id, app.now() FROM unnest($1::int8[]) AS id
ON CONFLICT (id) DO NOTHING
