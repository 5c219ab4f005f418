-- What the records between two places of the write-ahead log were about: bytes, and how many of them are whole pages,
-- which PostgreSQL adds the first time that it touches a page after a checkpoint. An index counts as its table's.
SELECT
    coalesce(n.nspname || '.' || t.relname, 'other') AS table_name, sum(r.record_length)::float8 AS bytes,
    sum(r.fpi_length)::float8 AS whole_page_bytes
FROM (
    SELECT record_length, fpi_length, (regexp_match(block_ref, 'rel \d+/\d+/(\d+)'))[1]::oid AS file
    FROM app.pg_get_wal_records_info($1::text::pg_lsn, $2::text::pg_lsn)
) AS r
LEFT JOIN pg_class c ON c.relfilenode = r.file
LEFT JOIN pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_class toast ON toast.reltoastrelid = coalesce(i.indrelid, c.oid)
LEFT JOIN pg_class t ON t.oid = coalesce(toast.oid, i.indrelid, c.oid)
LEFT JOIN pg_namespace n ON n.oid = t.relnamespace
GROUP BY 1
ORDER BY 2 DESC
