-- Those of these notices that an agency had been told, and that nobody there has acknowledged. What waits in the outbox gets there
-- by itself.
SELECT n.notice, n.issued_at
FROM notice n
LEFT JOIN transmission sent ON sent.id = n.transmission
WHERE n.notice = ANY ($1::text[]) AND n.agency = $2 AND n.acknowledged_at IS NULL AND n.issued_at <= $3
    AND coalesce(n.delivered_at, sent.delivered_at) IS NOT NULL
