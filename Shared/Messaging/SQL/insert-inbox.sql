INSERT INTO inbox (event)
SELECT * FROM unnest($1::uuid[])
ON CONFLICT DO NOTHING
RETURNING event
