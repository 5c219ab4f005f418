-- How many wait for each subject, until when, and whether they have gone on already. What the others say is read only where the
-- subject has come.
SELECT w.subject, w.event, w.agency, d.due_at, w.content IS NULL AS is_forwarded,
    CASE WHEN w.subject = ANY ($2::text[]) THEN w.event_id END AS event_id,
    CASE WHEN w.subject = ANY ($2::text[]) THEN w.happened_at END AS happened_at,
    CASE WHEN w.subject = ANY ($2::text[]) THEN w.content END AS content, w.reference
FROM waiting_event w
LEFT JOIN deadline d ON d.key = 'consultation-waits:' || replace(w.event::text, '-', '')
WHERE w.subject = ANY ($1::text[])
ORDER BY w.subject, w.id
