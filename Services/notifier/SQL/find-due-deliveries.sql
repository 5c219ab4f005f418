-- The next messages with all their deliveries, a few for each address, so that one receiver does not take every place; none for
-- addresses that rest. $5 says whether a delivery is a message by itself; else what is part of none yet waits to be gathered.
WITH due AS (
    SELECT coalesce(d.message, d.id) AS message, d.address, d.next_attempt_at
    FROM channel_delivery d
    WHERE d.channel = $1 AND d.state = 'waiting' AND d.next_attempt_at <= app.now() AND d.address <> ALL ($4::text[])
        AND ($5 OR d.message IS NOT NULL)
    ORDER BY d.next_attempt_at, d.id
    LIMIT 2000
), placed AS (
    SELECT message, min(next_attempt_at) AS due_at,
        row_number() OVER (PARTITION BY address ORDER BY min(next_attempt_at), message) AS place
    FROM due
    GROUP BY message, address
), chosen AS (
    SELECT message, due_at FROM placed WHERE place <= $3 ORDER BY due_at, message LIMIT $2
), parts AS (
    SELECT c.message, c.due_at, d.id
    FROM chosen c
    JOIN channel_delivery d ON d.message = c.message
    UNION ALL
    SELECT c.message, c.due_at, d.id
    FROM chosen c
    JOIN channel_delivery d ON d.id = c.message AND d.message IS NULL
)
SELECT p.message, d.id, d.notice, d.agency, d.address, d.template, d.attempts, n.respond_by, d.pace
FROM parts p
JOIN channel_delivery d ON d.id = p.id AND d.state = 'waiting'
JOIN notice n ON n.notice = d.notice
ORDER BY p.due_at, p.message, d.id
