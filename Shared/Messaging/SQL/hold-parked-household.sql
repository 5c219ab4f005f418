SELECT household FROM parked_household WHERE household = $1 FOR UPDATE
