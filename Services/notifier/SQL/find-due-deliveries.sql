-- The next ones, a few for each address, so that one receiver does not take every place; none for addresses that rest.
SELECT id, notice, agency, address, template, attempts, respond_by, app.now()
FROM (
    SELECT due.*, row_number() OVER (PARTITION BY due.address ORDER BY due.next_attempt_at, due.id) AS place
    FROM (
        SELECT d.id, d.notice, d.agency, d.address, d.template, d.attempts, d.next_attempt_at, n.respond_by
        FROM channel_delivery d
        JOIN notice n ON n.notice = d.notice
        WHERE d.channel = $1 AND d.state = 'waiting' AND d.next_attempt_at <= app.now() AND d.address <> ALL ($4::text[])
        ORDER BY d.next_attempt_at, d.id
        LIMIT 500
    ) AS due
) AS due
WHERE place <= $3
ORDER BY next_attempt_at, id
LIMIT $2
