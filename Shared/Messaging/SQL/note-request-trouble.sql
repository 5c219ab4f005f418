UPDATE operator_request SET trouble = $2 WHERE id = $1 AND done_at IS NULL
