UPDATE do_not_notify
SET lifted_at = app.now(), lifting_request = $3
WHERE agency = $1 AND address = lower($2) AND lifted_at IS NULL
RETURNING id
