SELECT outcome, trouble FROM operator_request WHERE id = $1
