-- A statement of its own, since an event seldom comes again before it is judged.
UPDATE journal j SET askers = a.askers
FROM unnest($1::uuid[], $2::bytea[]) AS a (event, askers)
WHERE j.event = a.event
