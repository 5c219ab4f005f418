UPDATE parked_message SET failed = true WHERE id = $1
