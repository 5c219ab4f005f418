SELECT household FROM parked_household WHERE household = ANY ($1::uuid[])
