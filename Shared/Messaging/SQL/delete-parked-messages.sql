DELETE FROM parked_message WHERE id = ANY ($1::int8[])
