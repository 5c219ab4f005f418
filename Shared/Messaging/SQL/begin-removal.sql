-- The last id drawn. Fails the whole transaction if the lease is another's by now: whoever was paused and wakes up removes
-- nothing.
SELECT last_value, app.expect_rows((SELECT count(*) FROM lease WHERE name = $1 AND holder = $2), 1) FROM outbox_id_seq
