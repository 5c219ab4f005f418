DELETE FROM deadline WHERE key = ANY ($1::text[])
