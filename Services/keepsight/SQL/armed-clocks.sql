-- The clocks that are set, the next first. A text picks those whose key, or what they are about, begins so.
SELECT d.key, d.household, d.due_at, d.explanation, k.consequence, r.requested_by, r.reason, app.now()
FROM deadline d
LEFT JOIN clock_kind k ON k.kind = split_part(d.key, ':', 1)
LEFT JOIN LATERAL (
    SELECT o.requested_by, o.reason
    FROM clock_move m
    JOIN operator_request o ON o.id = m.request
    WHERE m.key = d.key AND m.due_after = d.due_at
    ORDER BY m.request DESC
    LIMIT 1
) r ON true
WHERE ($1::text IS NULL OR starts_with(d.key, $1) OR starts_with(split_part(d.key, ':', 2), $1))
    AND ($2::uuid IS NULL OR d.household = $2)
    AND ($3::text IS NULL OR split_part(d.key, ':', 1) = $3)
    AND ($4::timestamptz IS NULL OR d.due_at < $4)
ORDER BY d.due_at, d.key
LIMIT $5
