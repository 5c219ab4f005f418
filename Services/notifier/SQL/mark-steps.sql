UPDATE notice
SET reminded_at = coalesce(reminded_at, app.now()), steps_taken = taken.steps
FROM unnest($1::text[], $2::int4[]) AS taken (notice, steps)
WHERE notice.notice = taken.notice AND steps_taken < taken.steps
