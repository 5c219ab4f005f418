-- Events that are new. What stands before it is journal-entries.sql.
INSERT INTO journal (
    event, agency, event_id, event_type, happened_at, digest, content, attempt, record_partition, record_offset,
    correlation_id, causation_id, traceparent, household, other_households, ignored
)
SELECT
    event, agency, event_id, event_type, happened_at, digest, content, attempt, record_partition, record_offset,
    correlation_id, causation_id, traceparent, household, other_households::uuid[], ignored
FROM entry
