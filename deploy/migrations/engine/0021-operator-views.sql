-- What the command line shows of a service. The tables behind it are the engine's own to change.

-- The deadlines that are set: what happens when one falls due, and who has moved it last, which is looked up only where it is
-- asked for.
CREATE VIEW armed_deadline AS
SELECT d.key, split_part(d.key, ':', 1) AS kind, substr(d.key, strpos(d.key, ':') + 1) AS subject, d.household, d.due_at,
    d.explanation, k.consequence,
    (
        SELECT o.requested_by
        FROM clock_move m JOIN operator_request o ON o.id = m.request
        WHERE m.key = d.key AND m.due_after = d.due_at
        ORDER BY m.request DESC
        LIMIT 1
    ) AS moved_by,
    (
        SELECT o.reason
        FROM clock_move m JOIN operator_request o ON o.id = m.request
        WHERE m.key = d.key AND m.due_after = d.due_at
        ORDER BY m.request DESC
        LIMIT 1
    ) AS moved_because
FROM deadline d
LEFT JOIN clock_kind k ON k.kind = split_part(d.key, ':', 1);

-- Every household that waits: behind which record since when and why, how many wait behind that, and what stands in it. The
-- letter itself leaves its topic by age; this is there for as long as somebody waits.
CREATE VIEW waiting_household AS
SELECT p.household, p.topic, p.partition, p.message_offset, p.parked_at, p.code, p.reason, f.value,
    (SELECT count(*) FROM parked_message m WHERE m.household = p.household AND NOT m.failed) AS waiting
FROM parked_household p
LEFT JOIN parked_message f ON f.household = p.household AND f.failed;

-- Whose records are kept for which inquiry; who asked for it and why stands in the request.
CREATE VIEW standing_hold AS
SELECT h.id, h.household, h.reference, h.since, h.request, r.requested_by, r.reason
FROM legal_hold h
JOIN operator_request r ON r.id = h.request
WHERE h.lifted_at IS NULL;

-- The households of which the service has anything: a state, or messages that wait.
CREATE VIEW known_household AS
SELECT household FROM household_state
UNION ALL
SELECT household FROM parked_household;

-- How far the service has read, and what it has read again.
CREATE VIEW read_position AS
SELECT topic, partition, next_offset, cluster, record_milliseconds
FROM position;

CREATE VIEW read_again AS
SELECT id, topic, partition, from_offset, to_offset, cause, noticed_at
FROM position_reread;
