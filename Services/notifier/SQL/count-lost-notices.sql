-- What an agency had been told in the days for which its topic keeps it, and nobody there has acknowledged.
SELECT count(*) AS lost
FROM notice n
LEFT JOIN transmission sent ON sent.id = n.transmission
WHERE n.agency = $1 AND n.acknowledged_at IS NULL AND n.issued_at <= $2 AND n.issued_at > $2 - make_interval(days => $3)
    AND coalesce(n.delivered_at, sent.delivered_at) IS NOT NULL
