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
