-- Whoever is taken off the list now, and on whose request.
SELECT off.agency, off.address, off.since, off.request, asked.requested_by, asked.reason
FROM do_not_notify off
JOIN operator_request asked ON asked.id = off.request
WHERE off.lifted_at IS NULL
ORDER BY off.agency, off.address
