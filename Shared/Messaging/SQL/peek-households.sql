-- For a guard-off test: reads what another transaction may be about to change.
SELECT h.household, h.version, h.state, NULL::int8 AS writer
FROM household_state h
JOIN unnest($1::uuid[], $2::int8[], $3::int8[]) AS wanted (household, version, writer) ON wanted.household = h.household
