-- In one order everywhere. A household that has no row yet is guarded by the version that its first write expects. The
-- document itself is only sent if the caller does not know it in this version.
SELECT h.household, h.version, CASE WHEN h.version <> wanted.version THEN h.state END
FROM household_state h
JOIN unnest($1::uuid[], $2::int8[]) AS wanted (household, version) ON wanted.household = h.household
ORDER BY h.household
FOR UPDATE OF h
