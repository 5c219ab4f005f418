<<<<<<< HEAD
-- Every notice of a decision, with what became of it by each way, and the next clock of its ladder of acknowledgement.
SELECT n.notice, coalesce(n.version, 0), n.agency, n.opened_because, n.kind, n.state, n.issued_at, n.delivered_at,
    n.acknowledged_at, n.acknowledged_by, n.answered_at, n.answer, n.answered_by, n.answered_late, n.respond_by,
    n.steps_taken, due.due_at, ways.channels, ways.states
FROM notice n
LEFT JOIN deadline due ON due.key = 'acknowledgement:' || n.notice
LEFT JOIN LATERAL (
    SELECT array_agg(c.channel ORDER BY c.id) AS channels, array_agg(c.state ORDER BY c.id) AS states
    FROM channel_delivery c
    WHERE c.notice = n.notice
) AS ways ON true
WHERE n.decision = $1
ORDER BY n.version, n.agency, n.issued_at, n.kind, n.notice
LIMIT 5000
=======
SELECT version, agency, array_to_string(opened_because, ', '), kind, state, issued_at, delivered_at, reminded_at,
    acknowledged_at, acknowledged_by, answer, answered_late, respond_by,
    no_response_at
FROM notice
WHERE decision = $1 OR referral = $1
ORDER BY version, issued_at, agency, kind, person
>>>>>>> 00d565e6d913de52d58555fefd61c3f61ed828a3
