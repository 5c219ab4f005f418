INSERT INTO waiting_event (event, subject, agency, event_id, happened_at, content, reference)
SELECT event, subject, agency, event_id, happened_at, content, reference
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[], $7::uuid[])
    WITH ORDINALITY AS row (event, subject, agency, event_id, happened_at, content, reference, place)
ORDER BY place
