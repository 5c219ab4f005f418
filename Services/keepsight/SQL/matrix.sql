-- Every notice of a decision, or of a referral, with what became of it by each way, and the next clock of its ladder of
-- acknowledgement.
SELECT n.notice, coalesce(n.version, 0), n.agency, n.opened_because, n.kind, n.state, n.issued_at,
    coalesce(n.delivered_at, sent.delivered_at),
    n.acknowledged_at, n.acknowledged_by, n.answered_at, n.answer, n.answered_by, n.answered_late, n.respond_by,
    n.steps_taken, due.due_at, ways.channels, ways.states, n.no_response_at,
    challenge.stage, challenge.due_at
FROM notice n
LEFT JOIN transmission sent ON sent.id = n.transmission
LEFT JOIN deadline due ON due.key = 'acknowledgement:' || n.notice
LEFT JOIN LATERAL (
    SELECT array_agg(c.channel ORDER BY c.id) AS channels, array_agg(c.state ORDER BY c.id) AS states
    FROM channel_delivery c
    WHERE c.notice = n.notice
) AS ways ON true
LEFT JOIN LATERAL (
    SELECT e.stage, e.due_at
    FROM escalation_tracker.escalation e
    WHERE e.subject = n.decision AND (e.version IS NULL OR e.version = n.version) AND e.challenger = n.agency
        AND e.outcome IS NULL
    ORDER BY e.opened_at DESC
    LIMIT 1
) AS challenge ON true
WHERE n.decision = $1 OR n.referral = $1
ORDER BY coalesce(n.version, 0), n.agency, n.issued_at, n.kind, n.notice
LIMIT 5000
