-- Every notice with what became of it by each way, and the next deadline of its ladder of acknowledgement, as the command line
-- shows it. Without what stands in it, and who answered it stays as the agency gave it.
CREATE VIEW told_notice AS
SELECT n.notice, n.decision, n.referral, coalesce(n.version, 0) AS version, n.agency, n.opened_because, n.kind, n.state,
    n.issued_at, coalesce(n.delivered_at, sent.delivered_at) AS delivered_at, n.acknowledged_at, n.acknowledged_by,
    n.answered_at, n.answer, n.answered_by, n.answered_late, n.respond_by, n.steps_taken, due.due_at AS next_step_at,
    ways.channels, ways.states, n.no_response_at
FROM notice n
LEFT JOIN transmission sent ON sent.id = n.transmission
LEFT JOIN deadline due ON due.key = 'acknowledgement:' || n.notice
LEFT JOIN LATERAL (
    SELECT array_agg(c.channel ORDER BY c.id) AS channels, array_agg(c.state ORDER BY c.id) AS states
    FROM channel_delivery c
    WHERE c.notice = n.notice
) AS ways ON true;

-- The decisions and referrals of which anybody was told, and how each stands by the last notice of it.
CREATE VIEW told_decision AS
SELECT DISTINCT ON (n.decision, n.referral)
    n.decision, n.referral, coalesce(n.version, 0) AS version, n.kind, n.state, n.issued_at,
    count(*) OVER matter AS notices, count(n.acknowledged_at) OVER matter AS acknowledged
FROM notice n
WHERE n.decision IS NOT NULL OR n.referral IS NOT NULL
WINDOW matter AS (PARTITION BY n.decision, n.referral)
ORDER BY n.decision, n.referral, n.version DESC NULLS LAST, n.issued_at DESC;

-- What goes to contacts by e-mail or webhook, and who has taken a recipient off the list.
CREATE VIEW contact_delivery AS
SELECT d.id, d.state, d.channel, d.agency, d.stage, d.role, d.address, d.attempts, d.reason, d.status, d.next_attempt_at,
    d.settled_at, d.notice, n.issued_at, off.request AS suppressed_by_request, asked.requested_by AS suppressed_by
FROM channel_delivery d
JOIN notice n ON n.notice = d.notice
LEFT JOIN do_not_notify off ON off.id = d.suppressed_by
LEFT JOIN operator_request asked ON asked.id = off.request;

-- Whoever is taken off the list now, and on whose request.
CREATE VIEW suppressed_recipient AS
SELECT off.agency, off.address, off.since, off.request, asked.requested_by, asked.reason
FROM do_not_notify off
JOIN operator_request asked ON asked.id = off.request
WHERE off.lifted_at IS NULL;
