SELECT pg_current_xact_id()::text::int8 AS own_transaction
