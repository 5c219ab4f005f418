-- How many wait by each channel and for what reason, and since when the oldest does.
SELECT d.channel, d.reason, count(*), min(n.issued_at)
FROM channel_delivery d
JOIN notice n ON n.notice = d.notice
WHERE d.state = 'waiting'
GROUP BY d.channel, d.reason
ORDER BY count(*) DESC, d.channel, d.reason
