-- How many wait by each channel and for what reason, and since when the oldest does.
SELECT channel, reason, count(*), min(issued_at)
FROM contact_delivery
WHERE state = 'waiting'
GROUP BY channel, reason
ORDER BY count(*) DESC, channel, reason
