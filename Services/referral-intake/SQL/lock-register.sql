-- Identity is a question about everybody at once: two events that introduce the same child must not both make a new
-- one. So the door is passed by one batch at a time.
SELECT pg_advisory_xact_lock(hashtextextended('referral-intake/register', 0))
