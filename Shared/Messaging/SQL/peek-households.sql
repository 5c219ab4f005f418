-- For a broken twin of the tests: reads what another transaction may be about to change.
SELECT h.household, h.version, h.state
FROM household_state h
JOIN unnest($1::uuid[], $2::int8[]) AS wanted (household, version) ON wanted.household = h.household
