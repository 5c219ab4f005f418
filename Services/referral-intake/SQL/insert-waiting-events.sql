INSERT INTO waiting_event (subject, event)
SELECT subject, event FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS row (subject, event, place) ORDER BY place
