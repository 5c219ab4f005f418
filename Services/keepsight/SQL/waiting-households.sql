SELECT p.household, (SELECT count(*) FROM parked_message m WHERE m.household = p.household AND NOT m.failed)
FROM parked_household p
