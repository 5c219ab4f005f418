-- The same of notices that clocks have brought about, a page of them: what they say follows from the notice that they are about.
SELECT n.notice, n.about, n.household
FROM notice n
LEFT JOIN transmission sent ON sent.id = n.transmission
WHERE n.agency = $1 AND n.about IS NOT NULL AND n.acknowledged_at IS NULL AND n.issued_at <= $2
    AND n.issued_at > $2 - make_interval(days => $3) AND coalesce(n.delivered_at, sent.delivered_at) IS NOT NULL
    AND n.notice > $4
ORDER BY n.notice
LIMIT 500
