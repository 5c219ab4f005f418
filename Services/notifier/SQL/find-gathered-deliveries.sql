-- What is part of no e-mail yet, of a few contacts for whom something has fallen due: that, and everything else that waits for them
-- at the same pace. Nothing of a contact who is taken off the list, and none for addresses that rest.
WITH due AS (
    SELECT d.agency, lower(d.address) AS address, d.pace
    FROM channel_delivery d
    WHERE d.channel = $1 AND d.state = 'waiting' AND d.message IS NULL AND d.next_attempt_at <= app.now()
        AND d.address <> ALL ($3::text[])
    GROUP BY d.agency, lower(d.address), d.pace
    ORDER BY min(d.next_attempt_at), min(d.id)
    LIMIT $2
)
SELECT d.id, d.agency, d.address, d.pace, d.next_attempt_at
FROM due
JOIN channel_delivery d ON d.agency = due.agency AND lower(d.address) = due.address AND d.pace = due.pace
WHERE d.channel = $1 AND d.state = 'waiting' AND d.message IS NULL
    AND NOT EXISTS (
        SELECT FROM do_not_notify off
        WHERE off.agency = due.agency AND off.address = due.address AND off.lifted_at IS NULL
    )
ORDER BY d.id
LIMIT 10000
