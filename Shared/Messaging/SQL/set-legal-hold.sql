-- Records of the household, or of everybody, are kept from now on, for the inquiry of that reference. Whether that is new, and
-- how many holds of other inquiries stand on the same.
WITH made AS (
    INSERT INTO legal_hold (household, request, reference)
    VALUES ($1::uuid, $2::int8, $3)
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT
    (SELECT count(*) FROM made) AS changed,
    (SELECT count(*) FROM legal_hold
        WHERE lifted_at IS NULL AND household IS NOT DISTINCT FROM $1::uuid AND reference <> $3) AS others
