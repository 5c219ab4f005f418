-- Waits for a service that has it in its hands just now; then what that made of it stands, and since when.
WITH withdrawn AS (
    UPDATE operator_request SET done_at = app.now(), outcome = $2, outcome_kind = $3, trouble = NULL
    WHERE id = $1 AND done_at IS NULL
    RETURNING outcome, outcome_kind, done_at
)
SELECT outcome, outcome_kind, done_at, true AS is_withdrawn FROM withdrawn
UNION ALL
SELECT outcome, outcome_kind, done_at, false FROM operator_request WHERE id = $1 AND done_at IS NOT NULL
LIMIT 1
