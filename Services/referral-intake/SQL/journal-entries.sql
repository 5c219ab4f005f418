-- How the statements that write the journal begin (RegisterSQL puts it before them): a row for each entry, and until when the
-- households of each have been seen (migration people-retention).
WITH entry AS (
    SELECT *
    FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[], $7::bytea[], $8::int4[], $9::int4[],
        $10::int8[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::text[],
        $16::text[]
    ) AS row (
        event, agency, event_id, event_type, happened_at, digest, content, attempt, record_partition, record_offset,
        correlation_id, causation_id, traceparent, household, other_households, ignored
    )
), seen AS (
    -- Only households whose month is over, or that are new: the others are looked up and not even locked.
    INSERT INTO household_age (household, seen_until)
    SELECT DISTINCT h.household, app.now() + interval '30 days'
    FROM entry, unnest(entry.household || entry.other_households::uuid[]) AS h (household)
    WHERE h.household IS NOT NULL
        AND coalesce((SELECT a.seen_until FROM household_age a WHERE a.household = h.household), '-infinity') < app.now()
    ON CONFLICT (household) DO UPDATE SET seen_until = excluded.seen_until
)
