UPDATE operator_request SET done_at = app.now(), outcome = $2, outcome_kind = $3, trouble = NULL
WHERE id = $1 AND done_at IS NULL
