-- The latest notices, whose references a shell can complete.
SELECT notice, agency FROM told_notice ORDER BY issued_at DESC LIMIT 50
