DELETE FROM waiting_event WHERE subject = ANY ($1::text[])
