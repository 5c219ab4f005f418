INSERT INTO journal (
    event, agency, event_id, event_type, happened_at, digest, content, attempt, record_partition, record_offset,
    correlation_id, causation_id, traceparent, household, other_households
)
SELECT
    event, agency, event_id, event_type, happened_at, digest, content, attempt, record_partition, record_offset,
    correlation_id, causation_id, traceparent, household, other_households::uuid[]
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[], $7::bytea[], $8::int4[], $9::int4[],
    $10::int8[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::text[]
) AS entry (
    event, agency, event_id, event_type, happened_at, digest, content, attempt, record_partition, record_offset,
    correlation_id, causation_id, traceparent, household, other_households
)
