INSERT INTO deadline (key, household, due_at, explanation)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::bytea[])
ON CONFLICT (key) DO UPDATE
SET due_at = excluded.due_at, explanation = excluded.explanation
