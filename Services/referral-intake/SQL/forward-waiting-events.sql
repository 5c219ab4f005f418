-- They have gone on, and wait to be told that they count.
UPDATE waiting_event SET content = NULL WHERE event = ANY ($1::uuid[])
