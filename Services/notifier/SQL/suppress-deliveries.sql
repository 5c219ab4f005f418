-- What waited when its recipient was taken off the list.
UPDATE channel_delivery d
SET state = 'suppressed', next_attempt_at = NULL, suppressed_by = off.id, settled_at = app.now()
FROM do_not_notify off
WHERE off.lifted_at IS NULL AND off.agency = d.agency AND off.address = lower(d.address)
    AND d.state = 'waiting' AND d.channel = $1 AND d.next_attempt_at <= app.now()
