DELETE FROM waiting_event WHERE event = ANY ($1::uuid[])
