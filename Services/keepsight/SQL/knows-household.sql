-- Whether the service has anything of the household: a state, or messages that wait.
SELECT
    EXISTS (SELECT FROM household_state WHERE household = $1)
    OR EXISTS (SELECT FROM parked_household WHERE household = $1)
