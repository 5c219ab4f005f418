-- How many of a channel wait and have failed, since when the oldest waits, and what most of those that wait have met with.
-- The sum keeps the planner from looking for the smallest identifier among everything that was ever delivered.
SELECT
    (SELECT count(*) FROM channel_delivery WHERE state = 'waiting' AND channel = $1),
    (SELECT count(*) FROM channel_delivery WHERE state = 'failed' AND channel = $1),
    (
        SELECT n.issued_at
        FROM channel_delivery d
        JOIN notice n ON n.notice = d.notice
        WHERE d.id = (SELECT min(id + 0) FROM channel_delivery WHERE state = 'waiting' AND channel = $1)
    ),
    (
        SELECT reason
        FROM channel_delivery
        WHERE state = 'waiting' AND channel = $1 AND reason IS NOT NULL
        GROUP BY reason
        ORDER BY count(*) DESC, reason
        LIMIT 1
    ),
    app.now()
