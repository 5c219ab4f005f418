INSERT INTO clock_move (request, key, household, due_before, due_after, explanation_before)
SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::bytea[])
