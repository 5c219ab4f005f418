-- Their transmission is the outbox row that this transaction has written just before.
INSERT INTO notice (
    notice, household, agency, kind, children, subject_kind, subject, chosen_by, version, state, opened_because, respond_by,
    about, is_urgent, issued_at, transmission
)
SELECT
    notice, household, agency, kind, children, subject_kind, subject, chosen_by, version, state,
    string_to_array(because, ','), respond_by, about, nullif(is_urgent, false), app.now(), currval('outbox_id_seq')
FROM unnest(
    $1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int4[], $10::text[],
    $11::text[], $12::timestamptz[], $13::text[], $14::bool[]
) AS row (notice, household, agency, kind, children, subject_kind, subject, chosen_by, version, state, because, respond_by,
    about, is_urgent)
ON CONFLICT (notice) DO NOTHING
