-- What was accepted has been discarded by an operator of another service.
UPDATE verdict v SET recorded_at = d.recorded_at, refusal = d.refusal
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bytea[]) AS d (event, reference, recorded_at, refusal)
WHERE v.event = d.event AND v.reference = d.reference
