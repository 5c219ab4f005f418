-- In small steps, so that no lock is held and no log is written for long.
DELETE FROM inbox
WHERE ctid = ANY (ARRAY (
    SELECT ctid FROM inbox WHERE received_at < app.now() - make_interval(days => $1::int4) LIMIT $2::int8
))
