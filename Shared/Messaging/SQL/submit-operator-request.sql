INSERT INTO operator_request (action, household, requested_by, reason, content, letter)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id
