-- Whoever is taken off the list is on record with the reason's request, and hears nothing.
INSERT INTO channel_delivery (
    notice, channel, agency, stage, role, address, template, pace, state, next_attempt_at, suppressed_by, settled_at
)
SELECT
    row.notice, row.channel, row.agency, row.stage, row.role, row.address, row.template, row.pace,
    CASE WHEN off.id IS NULL THEN 'waiting' ELSE 'suppressed' END, CASE WHEN off.id IS NULL THEN row.due END,
    off.id, CASE WHEN off.id IS NOT NULL THEN app.now() END
FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::int4[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[]
) WITH ORDINALITY AS row (notice, channel, agency, stage, role, address, template, pace, due, place)
LEFT JOIN do_not_notify off
    ON off.agency = row.agency AND off.address = lower(row.address) AND off.lifted_at IS NULL
ORDER BY row.place
ON CONFLICT (notice, channel, address) DO NOTHING
