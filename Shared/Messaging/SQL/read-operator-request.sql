SELECT outcome, trouble, outcome_kind FROM operator_request WHERE id = $1
