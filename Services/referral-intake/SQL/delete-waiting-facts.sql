DELETE FROM waiting_fact WHERE subject = ANY ($1::text[])
