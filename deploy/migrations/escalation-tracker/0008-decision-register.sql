-- Each decision with the register that it stands in, as the household's document has it: what 'keepsight explain' applies the
-- service's own rules to, so that what people are told is what holds a change. Read when somebody asks, so that it costs nothing
-- on an event's way. Without names, references and reasons; the note of a view is in it, since whoever asks for the explanation is
-- to see why a change waits. json and not jsonb: it takes every text that an event can have.
DROP VIEW decision_standing;
CREATE VIEW decision_standing AS
WITH document AS (
    SELECT household, convert_from(state, 'UTF8')::json AS body FROM household_state
), decision AS (
    SELECT
        d.household, d.body, change.value ->> 'name' AS name,
        split_part(change.value ->> 'name', '/', 1) AS agency,
        substr(change.value ->> 'name', strpos(change.value ->> 'name', '/') + 1) AS decision
    FROM document d CROSS JOIN LATERAL json_array_elements(d.body -> 'changes') AS change
)
SELECT
    c.household, c.decision, c.agency,
    json_build_object(
        'children', c.body -> 'children', 'discussions', c.body -> 'discussions', 'changes', c.body -> 'changes'
    )::text AS register,
    (
        SELECT json_agg(x.value) FROM json_array_elements(c.body #> '{escalations,matters}') AS x
        WHERE x.value #>> '{subject,kind}' = 'decision' AND x.value #>> '{subject,id}' = c.decision
            AND x.value #>> '{subject,agency}' = c.agency AND x.value ->> 'outcome' IS NULL
    )::text AS challenges,
    (
        SELECT json_agg(
            json_build_object(
                'asker', x.value ->> 'asker', 'decider', x.value ->> 'decider', 'askedAt', x.value ->> 'askedAt',
                'stage', x.value -> 'stage'))
        FROM json_array_elements(c.body #> '{questions,questions}') AS x
        WHERE x.value #>> '{subject,kind}' = 'decision' AND x.value #>> '{subject,id}' = c.decision
            AND x.value #>> '{subject,agency}' = c.agency AND x.value ->> 'answeredAt' IS NULL
    )::text AS questions,
    due.due_at AS asked_again_at
FROM decision c
LEFT JOIN deadline due ON due.key = 'reconvened-discussion:' || c.name;
