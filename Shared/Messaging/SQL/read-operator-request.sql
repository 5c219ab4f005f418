SELECT outcome FROM operator_request WHERE id = $1
