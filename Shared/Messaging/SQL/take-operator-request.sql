SELECT id, action, household, requested_by, content, progress
FROM operator_request
WHERE done_at IS NULL
ORDER BY id
LIMIT 1
FOR UPDATE SKIP LOCKED
