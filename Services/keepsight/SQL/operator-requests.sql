-- What is open, and the last twenty that are not.
SELECT id, action, household, requested_by, requested_at, outcome, trouble, outcome_kind, letter, done_at
FROM operator_request
WHERE done_at IS NULL OR id IN (SELECT id FROM operator_request WHERE done_at IS NOT NULL ORDER BY id DESC LIMIT 20)
ORDER BY id
