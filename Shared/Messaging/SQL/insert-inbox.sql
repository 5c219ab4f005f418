-- An event is looked for in the generation before and written to the one that takes what comes, whose key keeps it single. A
-- generation is only turned between batches (turn_inbox), so no two batches write to different ones at the same time.
INSERT INTO inbox (event, generation)
SELECT
    arriving.event,
    (SELECT generation FROM inbox_generation WHERE began_at IS NOT NULL AND ended_at IS NULL)
FROM unnest($1::uuid[]) AS arriving (event)
WHERE arriving.event <> ALL (ARRAY (
    SELECT known.event FROM inbox known
    WHERE known.event = ANY ($1::uuid[])
        AND known.generation = (SELECT generation FROM inbox_generation WHERE ended_at IS NOT NULL)
))
ON CONFLICT DO NOTHING
RETURNING event
