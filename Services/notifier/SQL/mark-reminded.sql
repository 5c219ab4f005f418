UPDATE notice SET reminded_at = app.now() WHERE notice = ANY ($1::text[]) AND reminded_at IS NULL
