-- The moves of a batch, each once.
INSERT INTO escalation_move (escalation, number, stage, what, cause, at, agency, spoken_by, said, on_time)
SELECT * FROM unnest(
    $1::text[], $2::integer[], $3::integer[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[],
    $9::text[], $10::boolean[])
