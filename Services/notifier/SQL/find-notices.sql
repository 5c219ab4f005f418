SELECT notice, agency, kind, person, child_ref, decision, version, respond_by, acknowledged_at IS NOT NULL,
    answered_at IS NOT NULL, referral
FROM notice
WHERE notice = ANY ($1::text[])
