-- Whose each identifier is, and whether it is free again, since the event that took it was refused after all.
SELECT s.key, s.agency, s.household, s.event, s.reference, EXISTS (
    SELECT FROM verdict v WHERE v.event = s.event AND v.reference = s.reference AND v.refusal IS NOT NULL
) AS is_free
FROM subject s
WHERE s.key = ANY ($1::text[])
