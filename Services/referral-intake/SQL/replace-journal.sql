-- What was refused has left its id free, and another event takes its place. A statement of its own, since an insertion that
-- is ready for either costs each row another record of the log. What stands before it is journal-entries.sql.
UPDATE journal j
SET event_type = entry.event_type, happened_at = entry.happened_at, recorded_at = app.now(), digest = entry.digest,
    content = entry.content, attempt = entry.attempt, record_partition = entry.record_partition,
    record_offset = entry.record_offset, correlation_id = entry.correlation_id, causation_id = entry.causation_id,
    traceparent = entry.traceparent, askers = NULL, household = entry.household,
    other_households = entry.other_households::uuid[], ignored = entry.ignored
FROM entry
WHERE j.event = entry.event
