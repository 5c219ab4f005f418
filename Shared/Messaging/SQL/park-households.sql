INSERT INTO parked_household (household, code, reason, topic, partition, message_offset)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int4[], $6::int8[])
ON CONFLICT DO NOTHING
