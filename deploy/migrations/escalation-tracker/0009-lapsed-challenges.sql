-- Who has challenged, and what came of it. A challenge that changed a decision is good practice; one that lapsed was neither closed
-- by anybody nor taken back: what was challenged ended otherwise.
DROP VIEW challenge_by_agency;
CREATE VIEW challenge_by_agency AS
SELECT challenger, count(*) AS raised, count(*) FILTER (WHERE outcome IS NULL) AS open,
    count(*) FILTER (WHERE outcome = 'upheld') AS upheld, count(*) FILTER (WHERE outcome = 'changed') AS changed,
    count(*) FILTER (WHERE outcome = 'compromise') AS compromise,
    count(*) FILTER (WHERE outcome = 'withdrawn') AS withdrawn, count(*) FILTER (WHERE outcome = 'lapsed') AS lapsed,
    count(*) FILTER (WHERE lesson) AS lessons
FROM escalation
GROUP BY challenger;
