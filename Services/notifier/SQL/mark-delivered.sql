-- Notices that went before others of their transmission.
UPDATE notice SET delivered_at = app.now() WHERE notice = ANY ($1::text[]) AND delivered_at IS NULL
