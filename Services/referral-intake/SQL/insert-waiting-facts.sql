INSERT INTO waiting_fact (subject, fact)
SELECT subject, fact FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS row (subject, fact, place) ORDER BY place
