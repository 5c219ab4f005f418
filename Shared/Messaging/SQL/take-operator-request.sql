-- The oldest open request, but for those that wait for another attempt.
SELECT id, action, household, requested_by, content, progress
FROM operator_request
WHERE done_at IS NULL AND id <> ALL ($1::int8[])
ORDER BY id
LIMIT 1
FOR UPDATE SKIP LOCKED
