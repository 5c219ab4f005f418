-- Their transmission is the outbox row that this transaction has written just before.
INSERT INTO notice (
    notice, household, agency, kind, person, child_ref, decision, version, state, opened_because, respond_by, about,
    referral, issued_at, transmission
)
SELECT
    notice, household, agency, kind, person, child_ref, decision, version, state, string_to_array(because, ','),
    respond_by, about, referral, app.now(), currval('outbox_id_seq')
FROM unnest(
    $1::text[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int4[], $8::text[], $9::text[],
    $10::timestamptz[], $11::text[], $12::text[], $13::text[]
) AS row (notice, household, agency, kind, person, decision, version, state, because, respond_by, child_ref, about,
    referral)
ON CONFLICT (notice) DO NOTHING
