-- What nobody has dealt with, or what is being dealt with.
SELECT id, topic, reason, noticed_at, request FROM lost_log WHERE settled_at IS NULL ORDER BY id
