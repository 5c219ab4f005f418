-- The window in which an answer is in time: without an end while a question about the notice is open (contract R18).
UPDATE notice SET respond_by = moved.until
FROM unnest($1::text[], $2::timestamptz[]) AS moved (notice, until)
WHERE notice.notice = moved.notice
