-- Somebody has decided: said again by whoever can, or left as it is, which settles it.
UPDATE lost_log
SET request = $2, settled_at = CASE WHEN $3 THEN app.now() END
WHERE topic = $1 AND settled_at IS NULL
RETURNING id
