SELECT
    (SELECT count(*) FROM referral_intake.outbox) + (SELECT count(*) FROM mash_screener.outbox)
        + (SELECT count(*) FROM escalation_tracker.outbox) + (SELECT count(*) FROM notifier.outbox) AS outbox_rows,
    (SELECT count(*) FROM referral_intake.parked_household) + (SELECT count(*) FROM mash_screener.parked_household)
        + (SELECT count(*) FROM escalation_tracker.parked_household) + (SELECT count(*) FROM notifier.parked_household)
        AS parked_households,
    (SELECT count(*) FROM notifier.deadline WHERE due_at <= app.now()) AS due_clocks,
    (SELECT count(*) FROM notifier.notice WHERE reminded_at - issued_at < interval '1 day') AS early_reminders
