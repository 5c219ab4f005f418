SELECT topic, partition, next_offset, cluster FROM position ORDER BY topic, partition
