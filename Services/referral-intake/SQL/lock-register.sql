-- Identity is a question about everybody at once: two events that introduce the same child must not both make a new one. So
-- intake handles one batch at a time. The lock is a row that intake's role alone may touch: a lock that is only a number
-- could be taken by every role.
SELECT secret FROM register_gate FOR UPDATE
