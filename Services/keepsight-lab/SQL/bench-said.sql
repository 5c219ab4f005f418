-- Whether everything is said, and how many notices there are.
SELECT
    NOT EXISTS (SELECT FROM escalation_tracker.outbox) AND NOT EXISTS (SELECT FROM notifier.outbox) AS is_published,
    (SELECT count(*) FROM notifier.notice) AS notices
