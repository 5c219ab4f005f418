-- When the last record before `next_offset` was made, as its topic says (milliseconds of Unix time). A log whose record there
-- is another one is not the log that was read: the topic was made anew and filled again, or has lost its end and went on.
-- Unknown where an operator has set the position.
ALTER TABLE position ADD COLUMN record_milliseconds bigint;
