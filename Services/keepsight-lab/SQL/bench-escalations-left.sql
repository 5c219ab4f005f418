-- Of the copies: how many clocks have not fired, and the first of them.
SELECT count(*) AS waiting, coalesce(min(due_at), $2::timestamptz) AS next_due_at
FROM escalation_tracker.deadline
WHERE key LIKE 'escalation-stage:%' AND due_at >= $1::timestamptz AND due_at <= $2::timestamptz
