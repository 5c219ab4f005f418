INSERT INTO outbox (topic, key, value, headers, reference)
SELECT topic, key, value, headers, reference
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[], $5::text[])
    WITH ORDINALITY AS row (topic, key, value, headers, reference, place)
ORDER BY place
