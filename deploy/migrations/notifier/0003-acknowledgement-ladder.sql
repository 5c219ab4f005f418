-- How far the ladder of acknowledgement has come with a notice; and, of a reminder, the notice that it is about.
ALTER TABLE notice ADD COLUMN steps_taken integer NOT NULL DEFAULT 0;
ALTER TABLE notice ADD COLUMN about text;
UPDATE notice SET steps_taken = 1 WHERE reminded_at IS NOT NULL;
