-- Whether intake has put anybody into the household. Reads the register through, which is asked for by people only.
SELECT EXISTS (SELECT FROM registered_household WHERE household = $1) AS is_registered
