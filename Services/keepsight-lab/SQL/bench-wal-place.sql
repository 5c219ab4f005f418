-- Where the write-ahead log is now: as a place, and as bytes since its beginning.
SELECT pg_current_wal_insert_lsn()::text AS place, (pg_current_wal_insert_lsn() - '0/0')::float8 AS bytes
