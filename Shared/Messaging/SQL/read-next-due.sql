-- How long until the next deadline, in microseconds; nothing if none is armed.
SELECT (extract(epoch FROM min(due_at) - app.now()) * 1000000)::int8 FROM deadline
