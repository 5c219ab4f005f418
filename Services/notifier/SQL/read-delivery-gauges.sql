-- How many of a channel wait although their time has come, or after an attempt, and have failed; since when the first waits; and
-- what most of those that wait have met with. What is only gathered waits for nothing but its time. Messages, not notices.
WITH overdue AS MATERIALIZED (
    SELECT d.id, coalesce(d.message, d.id) AS message, d.notice, d.attempts, d.next_attempt_at, d.reason
    FROM channel_delivery d
    WHERE d.state = 'waiting' AND d.channel = $1
        AND (d.next_attempt_at <= app.now() OR d.attempts > 0 OR d.reason IS NOT NULL)
)
SELECT
    (SELECT count(DISTINCT message) FROM overdue) AS waiting,
    (SELECT count(DISTINCT coalesce(message, id)) FROM channel_delivery WHERE state = 'failed' AND channel = $1)
        AS failed,
    (
        SELECT min(CASE WHEN o.attempts = 0 THEN o.next_attempt_at ELSE n.issued_at END)
        FROM overdue o
        JOIN notice n ON n.notice = o.notice
    ) AS oldest,
    (SELECT reason FROM overdue WHERE reason IS NOT NULL GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 1)
        AS reason,
    app.now()
