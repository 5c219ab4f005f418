-- Who asked for it and why stands in the request.
SELECT coalesce(replace(h.household::text, '-', ''), 'everybody'), h.reference, h.since, h.request, r.requested_by, r.reason
FROM legal_hold h
JOIN operator_request r ON r.id = h.request
WHERE h.lifted_at IS NULL
ORDER BY h.since, h.id
