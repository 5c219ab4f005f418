UPDATE lease SET renewed_at = clock_timestamp() WHERE name = $1 AND holder = $2 RETURNING name
