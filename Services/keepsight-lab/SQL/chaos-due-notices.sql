SELECT notice FROM notifier.notice
WHERE kind <> 'acknowledgement-overdue' AND issued_at < $1
