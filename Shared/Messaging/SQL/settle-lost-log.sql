-- Unless it was lost again meanwhile.
UPDATE lost_log
SET settled_at = app.now(), said_again = $3, missing = $4
WHERE id = $1 AND request IS NOT DISTINCT FROM $2 AND settled_at IS NULL
