INSERT INTO verdict (event, reference, recorded_at, refusal)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bytea[])
