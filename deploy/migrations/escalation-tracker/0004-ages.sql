-- By which what is older than policy keeps it is found (deploy/policy/retention.yaml).
CREATE INDEX escalation_by_age ON escalation (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX escalation_move_by_age ON escalation_move (at);
