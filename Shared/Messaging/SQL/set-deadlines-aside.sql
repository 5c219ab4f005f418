INSERT INTO deadline_aside AS known (household, attempts, until, code, reason)
SELECT household, attempts, app.now() + make_interval(secs => pause), code, reason
FROM unnest($1::uuid[], $2::int4[], $3::float8[], $4::text[], $5::text[]) AS refused (household, attempts, pause, code, reason)
ON CONFLICT (household) DO UPDATE
SET attempts = excluded.attempts, until = excluded.until, code = excluded.code, reason = excluded.reason
