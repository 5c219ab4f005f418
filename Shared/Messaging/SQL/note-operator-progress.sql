UPDATE operator_request SET progress = $2 WHERE id = $1
