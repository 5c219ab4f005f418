SELECT topic, partition, next_offset, cluster, record_milliseconds FROM read_position ORDER BY topic, partition
