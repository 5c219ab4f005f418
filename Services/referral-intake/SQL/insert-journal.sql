INSERT INTO journal (event, agency, event_id, event_type, happened_at, digest, content, household, other_households)
SELECT event, agency, event_id, event_type, happened_at, digest, content, household, other_households::uuid[]
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[], $7::bytea[], $8::uuid[], $9::text[]
) AS entry (event, agency, event_id, event_type, happened_at, digest, content, household, other_households)
