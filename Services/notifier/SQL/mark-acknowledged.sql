UPDATE notice
SET acknowledged_at = app.now(), acknowledged_by = done.by
FROM unnest($1::text[], $2::text[]) AS done (notice, by)
WHERE notice.notice = done.notice AND acknowledged_at IS NULL
