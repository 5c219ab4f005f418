UPDATE notice SET no_response_at = app.now()
WHERE notice = ANY ($1::text[]) AND answered_at IS NULL AND no_response_at IS NULL
