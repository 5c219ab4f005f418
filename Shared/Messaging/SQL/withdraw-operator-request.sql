-- Waits for a service that has it in its hands just now; then what that made of it stands. Withdrawn twice is withdrawn.
WITH withdrawn AS (
    UPDATE operator_request SET done_at = app.now(), outcome = $2, trouble = NULL
    WHERE id = $1 AND done_at IS NULL
    RETURNING outcome
)
SELECT outcome FROM withdrawn
UNION ALL
SELECT outcome FROM operator_request WHERE id = $1 AND done_at IS NOT NULL
LIMIT 1
