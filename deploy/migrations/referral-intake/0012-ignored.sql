-- What an event has and its type has not, as JSON Pointers, one a line, at most twenty: every receipt of the event lists them, also
-- the one that comes with another service's verdict. NULL for the events that have nothing of the kind.
ALTER TABLE journal ADD COLUMN ignored text;
