INSERT INTO parked_message (household, topic, partition, message_offset, key, value, headers)
SELECT household, topic, partition, message_offset, key, value, headers
FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::int8[], $5::bytea[], $6::bytea[], $7::bytea[])
    WITH ORDINALITY AS row (household, topic, partition, message_offset, key, value, headers, place)
ORDER BY place
