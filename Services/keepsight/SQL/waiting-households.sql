-- Every household that waits: behind which record since when and why, how many wait behind that, and what stands in it. The
-- letter itself leaves its topic by age; this is there for as long as somebody waits.
SELECT p.household, (SELECT count(*) FROM parked_message m WHERE m.household = p.household AND NOT m.failed),
    p.topic, p.partition, p.message_offset, p.parked_at, p.code, p.reason, f.value
FROM parked_household p
LEFT JOIN parked_message f ON f.household = p.household AND f.failed
ORDER BY p.parked_at, p.household
