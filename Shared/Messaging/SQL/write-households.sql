-- Writes nothing over a version that it has not read: then the count is short, and the transaction fails and is retried.
WITH written AS (
    INSERT INTO household_state AS known (household, version, state)
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::bytea[])
    ON CONFLICT (household) DO UPDATE
    SET version = excluded.version, state = excluded.state
    WHERE known.version = excluded.version - 1
    RETURNING 1
)
SELECT app.expect_rows((SELECT count(*) FROM written), $4)
