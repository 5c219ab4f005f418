INSERT INTO parked_message (household, topic, partition, message_offset, key, value, headers, failed)
SELECT household, topic, partition, message_offset, key, value, headers, failed
FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::int8[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bool[])
    WITH ORDINALITY AS row (household, topic, partition, message_offset, key, value, headers, failed, place)
ORDER BY place
