INSERT INTO outbox (name, topic, key, value, headers, reference, size)
VALUES ($1::uuid, $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[], cardinality($2::text[]))
RETURNING id
