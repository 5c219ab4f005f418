SELECT version, agency, array_to_string(opened_because, ', '), kind, state, issued_at, delivered_at, reminded_at,
    acknowledged_at, acknowledged_by, answer, answered_late, respond_by,
    no_response_at
FROM notice
WHERE decision = $1 OR referral = $1
ORDER BY version, issued_at, agency, kind, person
