UPDATE legal_hold SET lifted_at = app.now(), lifting_request = $2::int8
WHERE lifted_at IS NULL AND household IS NOT DISTINCT FROM $1::uuid
RETURNING id
