-- For a guard-off test: writes over whatever stands there.
INSERT INTO household_state AS known (household, version, state)
SELECT household, version, state FROM unnest($1::uuid[], $2::int8[], $3::bytea[]) AS row (household, version, state)
WHERE $4::int8 > 0
ON CONFLICT (household) DO UPDATE SET version = excluded.version, state = excluded.state
