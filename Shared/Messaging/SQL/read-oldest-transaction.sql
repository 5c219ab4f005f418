-- Every transaction with a smaller number has ended.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::int8 AS oldest_transaction
