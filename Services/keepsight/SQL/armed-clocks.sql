-- The deadlines that are set, the next first. A text picks those whose key, or what they are about, begins so, and, from four
-- characters on, those that end so: what lists show.
SELECT key, household, due_at, explanation, consequence, moved_by, moved_because, app.now()
FROM armed_deadline
WHERE ($1::text IS NULL OR starts_with(key, $1) OR starts_with(subject, $1)
        OR (length($1) >= 4 AND right(key, length($1)) = $1))
    AND ($2::uuid IS NULL OR household = $2)
    AND ($3::text IS NULL OR kind = $3)
    AND ($4::timestamptz IS NULL OR due_at < $4)
ORDER BY due_at, key
LIMIT $5
