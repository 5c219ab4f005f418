-- One notice for all the children of a family whom it concerns (contract N1): a line each, the child's opaque identifier and,
-- behind a space, the receiver's own reference of it. Empty where the matter is the agency's own. A text, since nothing looks a
-- child up here, and an array of two columns would be three times as long for the one child that most notices have.
ALTER TABLE notice ADD COLUMN children text;
UPDATE notice
SET children = CASE
    WHEN person = '00000000-0000-0000-0000-000000000000' THEN ''
    ELSE replace(person::text, '-', '') || coalesce(' ' || child_ref, '')
END;
ALTER TABLE notice ALTER COLUMN children SET NOT NULL, DROP COLUMN person, DROP COLUMN child_ref;
