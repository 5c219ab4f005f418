SELECT
    (SELECT count(*) FROM channel_delivery WHERE state = 'waiting' AND channel = $1),
    (SELECT count(*) FROM channel_delivery WHERE state = 'failed' AND channel = $1)
