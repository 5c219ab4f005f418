-- Whether everything is said, and how many notices there are.
SELECT
    NOT EXISTS (SELECT FROM escalation_tracker.outbox) AND NOT EXISTS (SELECT FROM notifier.outbox),
    (SELECT count(*) FROM notifier.notice)
