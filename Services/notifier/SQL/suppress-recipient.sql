INSERT INTO do_not_notify (agency, address, request)
VALUES ($1, lower($2), $3)
ON CONFLICT (agency, address) WHERE lifted_at IS NULL DO NOTHING
RETURNING id
