-- Whether the service has anything of the household: a state, or messages that wait.
SELECT EXISTS (SELECT FROM known_household WHERE household = $1) AS is_known
