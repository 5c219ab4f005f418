-- Whose records an event belongs to, so that a household's can be kept beyond their time (legal_hold). Most events are about
-- one household; where there are more, the others stand beside it. None for what is about an agency itself.
ALTER TABLE journal ADD COLUMN household uuid, ADD COLUMN other_households uuid[];

-- Noted as the table grows, and anew where it was pruned (note_ages).
DROP INDEX journal_by_age;
CREATE INDEX journal_by_age ON journal USING brin (recorded_at) WITH (pages_per_range = 128, autosummarize = on);
