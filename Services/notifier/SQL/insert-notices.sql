INSERT INTO notice (
<<<<<<< HEAD
    notice, household, agency, kind, person, child_ref, decision, version, state, opened_because, respond_by, about,
    issued_at
)
SELECT
    notice, household, agency, kind, person, child_ref, decision, version, state, string_to_array(because, ','),
    respond_by, about, app.now()
FROM unnest(
    $1::text[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int4[], $8::text[], $9::text[],
    $10::timestamptz[], $11::text[], $12::text[]
) AS row (notice, household, agency, kind, person, decision, version, state, because, respond_by, child_ref, about)
=======
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
>>>>>>> 00d565e6d913de52d58555fefd61c3f61ed828a3
ON CONFLICT (notice) DO NOTHING
