-- A hold belongs to an inquiry, by the reference under which whoever asks knows it: two inquiries into one household are two
-- holds, and the end of one of them leaves the other in force. Records stay as long as any stands.
ALTER TABLE legal_hold ADD COLUMN reference text NOT NULL DEFAULT 'none given';
ALTER TABLE legal_hold ALTER COLUMN reference DROP DEFAULT;

DROP INDEX legal_hold_in_force;
CREATE UNIQUE INDEX legal_hold_in_force
    ON legal_hold (coalesce(household, '00000000-0000-0000-0000-000000000000'), reference) WHERE lifted_at IS NULL;
