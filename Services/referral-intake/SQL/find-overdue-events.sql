-- Those whose time to wait is over: each is the household of its own deadline.
SELECT subject, event, agency FROM waiting_event WHERE event = ANY ($1::uuid[])
