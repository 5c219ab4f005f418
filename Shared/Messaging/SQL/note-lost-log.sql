-- The new log takes the place of the one that was written, and that is on record: once, whichever replica is the first to notice. A
-- log that is lost again before somebody has dealt with it is the same matter, which begins anew.
WITH replaced AS (
    UPDATE written_log
    SET next_offset = $4, cluster = $5, record_milliseconds = $6
    WHERE topic = $1 AND partition = $2 AND next_offset = $7 AND cluster = $8 AND record_milliseconds IS NOT DISTINCT FROM $9
    RETURNING topic, partition
)
INSERT INTO lost_log (topic, partition, reason)
SELECT topic, partition, $3 FROM replaced
ON CONFLICT (topic, partition) WHERE settled_at IS NULL DO UPDATE
SET reason = excluded.reason, noticed_at = excluded.noticed_at, request = NULL
