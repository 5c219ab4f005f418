SELECT key, agency, household FROM subject WHERE key = ANY ($1::text[])
