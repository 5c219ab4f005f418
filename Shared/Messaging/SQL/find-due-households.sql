-- Without locks: the household's own lock comes first everywhere, and the deadlines are taken under it.
SELECT DISTINCT household
FROM (SELECT household FROM deadline WHERE due_at <= app.now() ORDER BY due_at LIMIT $1) AS due
