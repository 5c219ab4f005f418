SELECT p.topic, p.partition, p.next_offset, p.cluster, p.record_milliseconds
FROM position p
JOIN unnest($1::text[], $2::int4[]) AS wanted (topic, partition)
    ON p.topic = wanted.topic AND p.partition = wanted.partition
