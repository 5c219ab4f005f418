-- The next households, by their identifiers, in which something of a decision is held or awaits its discussion, with their
-- documents. Such a decision always has its deadline.
SELECT s.household, s.state
FROM household_state s
WHERE s.household > $1
    AND EXISTS (
        SELECT FROM deadline d
        WHERE d.household = s.household AND d.key >= 'reconvened-discussion:' AND d.key < 'reconvened-discussion;')
ORDER BY s.household
LIMIT 100
