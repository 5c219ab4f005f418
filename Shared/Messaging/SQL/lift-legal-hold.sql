-- The hold of that inquiry alone. Whether there was one, and how many others keep the same records: also those on everybody's.
WITH lifted AS (
    UPDATE legal_hold SET lifted_at = app.now(), lifting_request = $2::int8
    WHERE lifted_at IS NULL AND household IS NOT DISTINCT FROM $1::uuid AND reference = $3
    RETURNING id
)
SELECT
    (SELECT count(*) FROM lifted) AS changed,
    (SELECT count(*) FROM legal_hold
        WHERE lifted_at IS NULL AND (household IS NULL OR household = $1::uuid)
            AND id NOT IN (SELECT id FROM lifted)) AS others
