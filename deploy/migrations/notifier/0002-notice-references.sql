-- The receiver's own reference of the child, for reminders; and whose notice to a decision's step it is.
ALTER TABLE notice ADD COLUMN child_ref text;
