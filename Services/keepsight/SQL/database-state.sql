-- Whether sessions here may write, and whether the server has a connection left for a service: whoever asks as a superuser gets one of
-- those that are kept for superusers. Every role may see these numbers, in which workers of the server's own count as well.
SELECT
    pg_is_in_recovery() AS is_standby,
    current_setting('transaction_read_only')::bool AS is_read_only,
    (SELECT sum(d.numbackends)::bigint FROM pg_stat_database d) AS connections,
    current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint
        AS maximum_connections
