-- Every matter that is open, and since when: what the report of ages shows (row B6). Read from the households' documents when
-- somebody asks, so that it costs nothing on an event's way. A decision is held for each child by itself; the report counts
-- decisions. json and not jsonb: it takes every text that an event can have.
CREATE OR REPLACE VIEW open_matter AS
WITH document AS (
    SELECT household, convert_from(state, 'UTF8')::json AS body FROM household_state
)
SELECT
    d.household, child.value #>> '{levels,-1,level}' AS kind, child.value ->> 'person' AS subject,
    (child.value #>> '{levels,-1,since}')::timestamptz AS since,
    (d.body #>> '{progress,lastAt}')::timestamptz AS last_progress_at,
    coalesce((d.body #>> '{progress,breaches}')::integer, 0) AS breaches
FROM document d CROSS JOIN LATERAL json_array_elements(d.body -> 'children') AS child
WHERE child.value #>> '{levels,-1,level}' NOT IN ('universal', 'closed')
UNION ALL
SELECT
    d.household, 'held-change', substr(change.value ->> 'name', strpos(change.value ->> 'name', '/') + 1),
    (paper.value ->> 'recordedAt')::timestamptz, (d.body #>> '{progress,lastAt}')::timestamptz,
    coalesce((change.value ->> 'lapses')::integer, 0)
FROM document d
CROSS JOIN LATERAL json_array_elements(d.body -> 'changes') AS change
JOIN LATERAL json_array_elements(d.body -> 'papers') AS paper ON paper.value ->> 'name' = change.value ->> 'name'
WHERE EXISTS (
    SELECT FROM json_array_elements(change.value -> 'parts') AS part WHERE part.value ->> 'state' = 'held')
UNION ALL
SELECT
    d.household, 'conference-request', request.value ->> 'id', (request.value ->> 'requestedAt')::timestamptz,
    (d.body #>> '{progress,lastAt}')::timestamptz, 0
FROM document d CROSS JOIN LATERAL json_array_elements(d.body #> '{conferences,requests}') AS request
WHERE request.value ->> 'decision' IS NULL
UNION ALL
SELECT household, 'escalation', escalation, opened_at, NULL, 0
FROM escalation
WHERE outcome IS NULL;
