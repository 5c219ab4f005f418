-- In one order everywhere, so that two owners wait for each other instead of killing each other.
SELECT p.topic, p.partition, p.next_offset, p.cluster
FROM position p
JOIN unnest($1::text[], $2::int4[]) AS wanted (topic, partition)
    ON p.topic = wanted.topic AND p.partition = wanted.partition
ORDER BY p.topic, p.partition
FOR UPDATE OF p
