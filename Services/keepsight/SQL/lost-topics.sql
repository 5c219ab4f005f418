-- Topics that have lost what was delivered there: those that somebody must see to, or all, the latest first.
SELECT topic, reason, noticed_at, request, requested_by, settled_at, said_again, missing
FROM lost_topic
WHERE $1 OR settled_at IS NULL OR (missing > 0 AND settled_at > app.now() - interval '7 days')
ORDER BY settled_at IS NOT NULL, id DESC
LIMIT 100
