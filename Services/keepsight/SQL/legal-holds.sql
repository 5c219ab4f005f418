SELECT coalesce(replace(household::text, '-', ''), 'everybody') AS household, reference, since, request, requested_by, reason
FROM standing_hold
ORDER BY since, id
