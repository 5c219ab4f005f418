-- What a notice is about, as the notice says it: a decision, a referral, a request, … with the agency that chose the
-- identifier, since identifiers that agencies choose are unique within the agency (contract I1).
DROP INDEX notice_by_decision;
DROP INDEX notice_by_referral;

ALTER TABLE notice RENAME COLUMN decision TO subject;
ALTER TABLE notice ADD COLUMN subject_kind text, ADD COLUMN chosen_by text;
UPDATE notice
SET subject_kind = CASE WHEN referral IS NOT NULL THEN 'referral' WHEN subject IS NOT NULL THEN 'decision' ELSE 'agency' END,
    subject = coalesce(referral, subject, agency);
ALTER TABLE notice ALTER COLUMN subject SET NOT NULL, ALTER COLUMN subject_kind SET NOT NULL, DROP COLUMN referral;

CREATE INDEX notice_by_subject ON notice (subject, version);

-- Every notice with what became of it by each way, and the next deadline of its ladder of acknowledgement, as the command line
-- shows it. Without what stands in it, and who answered it stays as the agency gave it.
CREATE VIEW told_notice AS
SELECT n.notice, n.subject_kind, n.subject, coalesce(n.version, 0) AS version, n.agency, n.opened_because, n.kind, n.state,
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

-- The matters of which anybody was told, and how each stands by the last notice of it.
CREATE VIEW told_matter AS
SELECT DISTINCT ON (n.subject_kind, n.subject, n.chosen_by)
    n.subject_kind, n.subject, coalesce(n.version, 0) AS version, n.kind, n.state, n.issued_at,
    count(*) OVER matter AS notices, count(n.acknowledged_at) OVER matter AS acknowledged
FROM notice n
WHERE n.subject_kind NOT IN ('agency', 'delay')
WINDOW matter AS (PARTITION BY n.subject_kind, n.subject, n.chosen_by)
ORDER BY n.subject_kind, n.subject, n.chosen_by, n.version DESC NULLS LAST, n.issued_at DESC;
