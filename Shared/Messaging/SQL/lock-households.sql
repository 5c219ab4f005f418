-- In one order everywhere. A household that has no row yet is guarded by the version that its first write expects. The
-- document itself is only sent if the caller does not know it in this version, or if another transaction has written the row
-- since (xmin) and left the version as it was. The last row is this transaction's own number, by which it will be known.
WITH locked AS (
    SELECT h.household, h.version,
        CASE
            WHEN h.version <> wanted.version OR wanted.writer >= 0 AND h.xmin::text::int8 <> wanted.writer THEN h.state
        END AS state
    FROM household_state h
    JOIN unnest($1::uuid[], $2::int8[], $3::int8[]) AS wanted (household, version, writer)
        ON wanted.household = h.household
    ORDER BY h.household
    FOR UPDATE OF h
)
SELECT household, version, state, NULL::int8 AS writer FROM locked
UNION ALL
SELECT NULL, NULL, NULL, pg_current_xact_id()::xid::text::int8
