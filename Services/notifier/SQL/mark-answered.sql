-- The latest answer counts; that an earlier one was given is in the journal.
UPDATE notice
SET answered_at = app.now(), answer = done.answer, answered_by = done.by, answered_late = done.late
FROM unnest($1::text[], $2::text[], $3::text[], $4::bool[]) AS done (notice, answer, by, late)
WHERE notice.notice = done.notice
