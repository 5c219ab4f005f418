INSERT INTO outbox (topic, key, value, headers, reference, size)
VALUES ($1::text[], $2::text[], $3::bytea[], $4::bytea[], $5::text[], cardinality($1::text[]))
RETURNING id
