-- The next households, by their identifiers, in which a challenge is open, with their documents. An open challenge always has its
-- deadline.
SELECT s.household, s.state
FROM household_state s
WHERE s.household > $1
    AND EXISTS (
        SELECT FROM deadline d
        WHERE d.household = s.household AND d.key >= 'escalation-stage:' AND d.key < 'escalation-stage;')
ORDER BY s.household
LIMIT 100
