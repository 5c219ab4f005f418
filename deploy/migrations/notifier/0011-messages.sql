-- One e-mail for everything that waits for a contact (contract N2): the number of its first delivery, from the moment at which it
-- was put together; webhooks stay by themselves. `pace` says what may go together: what is urgent goes at once and apart, the
-- business unit gets one digest a working day, other contacts what was gathered within some minutes. `next_attempt_at` is when it
-- was planned to go, until an attempt was made.
ALTER TABLE channel_delivery
    ADD COLUMN message bigint,
    ADD COLUMN pace text NOT NULL DEFAULT 'at-once' CHECK (pace IN ('at-once', 'gathered', 'digest'));

CREATE INDEX channel_delivery_message ON channel_delivery (message) WHERE message IS NOT NULL;

-- Whether a child cannot wait; null, as with most, where nothing says so. Reminders of such a notice are as urgent.
ALTER TABLE notice ADD COLUMN is_urgent boolean;

CREATE OR REPLACE VIEW contact_delivery AS
SELECT d.id, d.state, d.channel, d.agency, d.stage, d.role, d.address, d.attempts, d.reason, d.status, d.next_attempt_at,
    d.settled_at, d.notice, n.issued_at, off.request AS suppressed_by_request, asked.requested_by AS suppressed_by,
    coalesce(d.message, d.id) AS message, d.pace
FROM channel_delivery d
JOIN notice n ON n.notice = d.notice
LEFT JOIN do_not_notify off ON off.id = d.suppressed_by
LEFT JOIN operator_request asked ON asked.id = off.request;
