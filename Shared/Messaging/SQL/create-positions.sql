INSERT INTO position (topic, partition, next_offset, cluster)
SELECT * FROM unnest($1::text[], $2::int4[], $3::int8[], $4::text[])
ON CONFLICT DO NOTHING
