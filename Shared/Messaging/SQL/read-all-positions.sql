SELECT topic, partition, next_offset, cluster, record_milliseconds FROM position ORDER BY topic, partition
