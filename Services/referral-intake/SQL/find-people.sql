-- Whoever is known under the keys. For keys under which a new child may be introduced beside them ($2) also how many children
-- each agency has introduced into their household, as 'csc 3,police 1'.
SELECT k.key, p.person, p.household, p.sex, p.date_of_birth, p.expected_date_of_birth, p.nhs_number, p.introduced_by,
    CASE WHEN k.key = ANY ($2::text[]) THEN (
        SELECT string_agg(m.introduced_by || ' ' || m.children, ',')
        FROM (SELECT introduced_by, count(*) AS children FROM person WHERE household = p.household GROUP BY 1) m
    ) END
FROM person_key k
JOIN person p ON p.person = k.person
WHERE k.key = ANY ($1::text[])
