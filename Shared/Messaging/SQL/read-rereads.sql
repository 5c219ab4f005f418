-- The last ones of each partition.
SELECT topic, partition, from_offset, to_offset, cause, noticed_at FROM read_again ORDER BY id DESC LIMIT $1
