SELECT subject, event FROM waiting_event WHERE subject = ANY ($1::text[]) ORDER BY subject, id
