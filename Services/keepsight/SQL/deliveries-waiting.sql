-- How many messages wait by each channel and for what reason, and since when the oldest does; and how many notices are only
-- gathered and when the first of them goes.
SELECT channel, reason, count(DISTINCT message) AS messages,
    min(CASE WHEN is_gathered THEN next_attempt_at ELSE issued_at END) AS oldest, is_gathered, count(*) AS notices
FROM (
    SELECT channel, reason, message, issued_at, next_attempt_at,
        next_attempt_at > app.now() AND attempts = 0 AND reason IS NULL AS is_gathered
    FROM contact_delivery
    WHERE state = 'waiting'
) AS waiting
GROUP BY channel, reason, is_gathered
ORDER BY is_gathered, count(*) DESC, channel, reason
