-- What is on record of each event, and what its judge has said; a verdict may stand here without its event, where the
-- database has lost the event and reads it again.
SELECT
    e.event, j.agency, j.event_id, j.event_type, j.happened_at, j.recorded_at, j.digest, j.attempt, j.record_partition,
    j.record_offset, j.correlation_id, j.causation_id, j.traceparent, v.reference, v.recorded_at AS ruled_at, v.refusal,
    j.askers, j.ignored
FROM unnest($1::uuid[]) AS e (event)
LEFT JOIN journal j ON j.event = e.event
LEFT JOIN verdict v ON v.event = e.event
WHERE j.event IS NOT NULL OR v.event IS NOT NULL
