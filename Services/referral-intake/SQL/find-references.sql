-- Every agency's reference of every child that the batch may be about. Found by the child: as a pattern the first letters
-- would tempt the planner to walk over every reference there is.
SELECT r.person, r.key
FROM person_key r
WHERE left(r.key, 4) = 'ref/'
    AND r.person = ANY (SELECT k.person FROM person_key k WHERE k.key = ANY ($1::text[]))
