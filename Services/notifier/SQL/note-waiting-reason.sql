-- Why these wait although their time has come: nothing is counted against them. Written when it changes, not at each try.
UPDATE channel_delivery
SET reason = $2, status = NULL
WHERE id = ANY ($1::int8[]) AND state = 'waiting' AND reason IS DISTINCT FROM $2
