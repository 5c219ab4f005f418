-- Who has challenged, and what came of it. A challenge that changed a decision is good practice.
SELECT challenger, count(*), count(*) FILTER (WHERE outcome IS NULL), count(*) FILTER (WHERE outcome = 'upheld'),
    count(*) FILTER (WHERE outcome = 'changed'), count(*) FILTER (WHERE outcome = 'compromise'),
    count(*) FILTER (WHERE outcome = 'withdrawn'), count(*) FILTER (WHERE lesson)
FROM escalation
GROUP BY challenger
ORDER BY challenger
