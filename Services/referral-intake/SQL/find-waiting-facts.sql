SELECT subject, fact FROM waiting_fact WHERE subject = ANY ($1::text[]) ORDER BY subject, id
