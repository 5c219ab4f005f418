-- How far logs have been written that are the same as before, or were not looked at before.
INSERT INTO written_log (topic, partition, next_offset, cluster, record_milliseconds)
SELECT * FROM unnest($1::text[], $2::int4[], $3::int8[], $4::text[], $5::int8[])
ON CONFLICT (topic, partition) DO UPDATE
SET next_offset = excluded.next_offset, cluster = excluded.cluster, record_milliseconds = excluded.record_milliseconds
