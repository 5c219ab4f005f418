-- Those that the hub has decided, and those of events that were refused after all.
DELETE FROM open_referral WHERE item = ANY ($1::text[]) OR event = ANY ($2::uuid[])
