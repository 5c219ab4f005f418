-- By an operator's decision, if one of the last hour names that place; else since the database has lost commits.
INSERT INTO position_reread (topic, partition, from_offset, to_offset, cause)
SELECT lost.topic, lost.partition, lost.from_offset, lost.to_offset, CASE
    WHEN EXISTS (
        SELECT FROM operator_request r
        CROSS JOIN LATERAL (
            SELECT CASE WHEN r.action = 'reposition' THEN convert_from(r.content, 'UTF8')::jsonb END
        ) AS asked (place)
        WHERE r.action = 'reposition' AND r.done_at > app.now() - interval '1 hour'
            AND place ->> 'topic' = lost.topic AND (place ->> 'partition')::int4 = lost.partition
            AND (place ->> 'nextOffset')::int8 = lost.from_offset
    ) THEN 'operator' ELSE 'database'
END
FROM unnest($1::text[], $2::int4[], $3::int8[], $4::int8[]) AS lost (topic, partition, from_offset, to_offset)
RETURNING cause
