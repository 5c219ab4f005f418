INSERT INTO notice (
    notice, household, agency, kind, person, child_ref, decision, version, state, opened_because, respond_by, issued_at,
    referral
)
SELECT
    notice, household, agency, kind, person, child_ref, decision, version, state, string_to_array(because, ','),
    respond_by, app.now(), referral
FROM unnest(
    $1::text[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int4[], $8::text[], $9::text[],
    $10::timestamptz[], $11::text[], $12::text[]
) AS row (notice, household, agency, kind, person, decision, version, state, because, respond_by, child_ref,
    referral)
ON CONFLICT (notice) DO NOTHING
