SELECT notice, agency, kind, person, child_ref, decision, version, respond_by, acknowledged_at IS NOT NULL
FROM notice
WHERE notice = ANY ($1::text[])
