-- Every agency's reference of every child that the batch may be about.
SELECT r.person, r.key
FROM person_key r
WHERE r.key LIKE 'ref/%'
    AND r.person = ANY (SELECT k.person FROM person_key k WHERE k.key = ANY ($1::text[]))
