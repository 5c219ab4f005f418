UPDATE position p
SET next_offset = done.next_offset, record_milliseconds = done.record_milliseconds
FROM unnest($1::text[], $2::int4[], $3::int8[], $4::int8[])
    AS done (topic, partition, next_offset, record_milliseconds)
WHERE p.topic = done.topic AND p.partition = done.partition
