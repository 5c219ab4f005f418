-- Every notice of a decision, a referral or another matter, by what it may be known as, with the challenge that its agency has open about it.
SELECT n.notice, n.version, n.agency, n.opened_because, n.kind, n.state, n.issued_at, n.delivered_at, n.acknowledged_at,
    n.acknowledged_by, n.answered_at, n.answer, n.answered_by, n.answered_late, n.respond_by, n.steps_taken, n.next_step_at,
    n.channels, n.states, n.no_response_at, challenge.stage AS challenge_stage,
    challenge.due_at AS challenge_due_at
FROM told_notice n
LEFT JOIN LATERAL (
    SELECT c.stage, c.due_at
    FROM escalation_tracker.challenge c
    WHERE c.subject = n.subject AND (c.version IS NULL OR c.version = n.version) AND c.challenger = n.agency
        AND c.outcome IS NULL
    ORDER BY c.opened_at DESC
    LIMIT 1
) AS challenge ON true
WHERE n.subject = ANY($1)
ORDER BY n.version, n.agency, n.issued_at, n.kind, n.notice
LIMIT 5000
