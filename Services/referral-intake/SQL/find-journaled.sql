SELECT event, digest FROM journal WHERE event = ANY ($1::uuid[])
