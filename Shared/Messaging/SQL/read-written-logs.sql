SELECT topic, partition, next_offset, cluster, record_milliseconds FROM written_log WHERE topic = ANY ($1::text[])
