-- How each escalation stands after the batch's last move of it.
INSERT INTO escalation AS known (
    escalation, household, subject_kind, subject, version, occasion, challenger, decider, ladder, opened_at, urgent,
    stage, awaits, due_at, outcome, closed_at, reason, childs_view, lesson)
SELECT * FROM unnest(
    $1::text[], $2::uuid[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::timestamptz[], $11::boolean[], $12::integer[], $13::text[], $14::timestamptz[], $15::text[],
    $16::timestamptz[], $17::text[], $18::text[], $19::boolean[])
ON CONFLICT (escalation) DO UPDATE SET
    version = excluded.version, urgent = excluded.urgent, stage = excluded.stage, awaits = excluded.awaits, due_at = excluded.due_at,
    outcome = excluded.outcome, closed_at = excluded.closed_at, reason = excluded.reason,
    childs_view = excluded.childs_view, lesson = excluded.lesson
