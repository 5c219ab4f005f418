-- What operators had done about dead letters, the latest last.
SELECT letter, action, requested_by, done_at, outcome, outcome_kind
FROM operator_request
WHERE letter IS NOT NULL AND done_at IS NOT NULL AND action IN ('release', 'edit', 'discard')
ORDER BY done_at, id
