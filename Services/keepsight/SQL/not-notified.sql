SELECT agency, address, since, request, requested_by, reason
FROM suppressed_recipient
ORDER BY agency, address
