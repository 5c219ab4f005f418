-- Of a topic that was never read as well: what stands on that of an agency which policy does not name can be left out for good.
INSERT INTO position (topic, partition, next_offset, cluster) VALUES ($1, $2, $3, $4)
ON CONFLICT (topic, partition) DO UPDATE
SET next_offset = EXCLUDED.next_offset, cluster = EXCLUDED.cluster, record_milliseconds = NULL
