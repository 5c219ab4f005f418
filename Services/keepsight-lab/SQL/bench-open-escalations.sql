-- Copies of one household with an open challenge ($3), each a household of its own, whose clocks fall due a millisecond after one
-- another from $4 on. The document remembers when its side's time is over, so that is set as well.
WITH copy AS (
    SELECT n, md5('bench-' || n) AS household, $4::timestamptz + n * interval '1 millisecond' AS due_at
    FROM generate_series($1::int8, $2::int8) AS n
), original AS (
    SELECT replace($3::uuid::text, '-', '') AS household
), state AS (
    INSERT INTO escalation_tracker.household_state (household, version, state)
    SELECT c.household::uuid, s.version,
        convert_to(
            regexp_replace(
                replace(convert_from(s.state, 'UTF8'), o.household, c.household), '("awaits":"[a-z]+","due":)"[^"]*"',
                '\1"' || to_char(c.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'),
            'UTF8')
    FROM escalation_tracker.household_state s, original o, copy c
    WHERE s.household = $3::uuid
)
INSERT INTO escalation_tracker.deadline (key, household, due_at, explanation)
SELECT replace(d.key, o.household, c.household), c.household::uuid, c.due_at, d.explanation
FROM escalation_tracker.deadline d, original o, copy c
WHERE d.household = $3::uuid AND d.key LIKE 'escalation-stage:%'
