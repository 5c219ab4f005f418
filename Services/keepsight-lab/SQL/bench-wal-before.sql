-- The place so many bytes before another, but not before a third.
SELECT greatest($1::text::pg_lsn - $2::int8::numeric, $3::text::pg_lsn)::text AS place
