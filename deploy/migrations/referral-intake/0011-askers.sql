-- Other records of an event that is still being judged elsewhere: each is answered with its verdict. As JSON, at most twenty, and
-- nothing for the events that come once.
ALTER TABLE journal ADD COLUMN askers bytea;
