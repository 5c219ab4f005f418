-- Challenges as the command line shows them.
CREATE VIEW challenge AS
SELECT escalation, household, subject_kind, subject, version, occasion, challenger, decider, ladder, urgent, stage, awaits,
    due_at, outcome, opened_at, closed_at
FROM escalation;

-- Who has challenged, and what came of it. A challenge that changed a decision is good practice.
CREATE VIEW challenge_by_agency AS
SELECT challenger, count(*) AS raised, count(*) FILTER (WHERE outcome IS NULL) AS open,
    count(*) FILTER (WHERE outcome = 'upheld') AS upheld, count(*) FILTER (WHERE outcome = 'changed') AS changed,
    count(*) FILTER (WHERE outcome = 'compromise') AS compromise,
    count(*) FILTER (WHERE outcome = 'withdrawn') AS withdrawn, count(*) FILTER (WHERE lesson) AS lessons
FROM escalation
GROUP BY challenger;

-- For each stage of each ladder: how many matters have stood there, for how many days, whether the side that decided has
-- answered in time, and how often silence moved them on.
CREATE VIEW challenge_by_stage AS
WITH entry AS (
    SELECT m.escalation, m.number, m.stage, m.at, e.ladder
    FROM escalation_move m JOIN escalation e USING (escalation)
    WHERE m.what IN ('raised', 'advanced')
), stay AS (
    SELECT entry.*, exit.at AS left_at, exit.what AS left_by, exit.cause AS left_because
    FROM entry LEFT JOIN LATERAL (
        SELECT at, what, cause
        FROM escalation_move m
        WHERE m.escalation = entry.escalation AND m.number > entry.number AND m.what IN ('advanced', 'closed')
        ORDER BY number
        LIMIT 1
    ) exit ON true
), answer AS (
    SELECT e.ladder, m.stage, count(*) AS answers, count(*) FILTER (WHERE m.on_time) AS in_time
    FROM escalation_move m JOIN escalation e USING (escalation)
    WHERE m.what = 'answered'
    GROUP BY e.ladder, m.stage
)
SELECT stay.ladder, stay.stage, count(*) AS matters,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM stay.left_at - stay.at) / 86400)
        FILTER (WHERE stay.left_at IS NOT NULL) AS median_days,
    coalesce(max(answer.answers), 0) AS answers, coalesce(max(answer.in_time), 0) AS in_time,
    count(*) FILTER (WHERE stay.left_because = 'silence') AS by_silence,
    count(*) FILTER (WHERE stay.left_by = 'closed') AS closed,
    count(*) FILTER (WHERE stay.left_because = 'changed') AS changed
FROM stay LEFT JOIN answer ON answer.ladder = stay.ladder AND answer.stage = stay.stage
GROUP BY stay.ladder, stay.stage;
