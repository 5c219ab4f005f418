SELECT key, household FROM household_key WHERE key = ANY ($1::text[])
