INSERT INTO journal (event, agency, event_id, event_type, happened_at, digest, content)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[], $7::bytea[])
