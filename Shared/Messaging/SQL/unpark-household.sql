-- Only when nothing waits any more.
DELETE FROM parked_household p
WHERE household = $1 AND NOT EXISTS (SELECT FROM parked_message m WHERE m.household = p.household)
