UPDATE operator_request SET done_at = app.now(), outcome = $2 WHERE id = $1
