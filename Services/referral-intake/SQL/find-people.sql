-- Whoever is known under the keys. For keys under which a new child may be introduced beside them ($2) also how many children
-- each agency has introduced into their household, as 'csc 3,police 1'; for keys of children that are referred ($3) how many
-- undecided referrals each agency has of the household, and how large they are, as 'police false 3 6100,police true 1 2000'.
-- Where an agency names a child by its own reference, how it described the child last.
SELECT k.key, p.person, p.household, p.sex, p.date_of_birth, p.expected_date_of_birth, p.nhs_number, p.introduced_by,
    CASE WHEN k.key = ANY ($2::text[]) THEN (
        SELECT string_agg(m.introduced_by || ' ' || m.children, ',')
        FROM (SELECT introduced_by, count(*) AS children FROM person WHERE household = p.household GROUP BY 1) m
    ) END AS household_size,
    CASE WHEN k.key = ANY ($3::text[]) THEN (
        SELECT string_agg(concat_ws(' ', m.agency, m.is_immediate::text, m.referrals, m.weight), ',')
        FROM (
            SELECT agency, is_immediate, count(*) AS referrals, sum(weight) AS weight
            FROM open_referral WHERE household = p.household GROUP BY 1, 2
        ) m
    ) END AS referral_counts,
    CASE WHEN k.key = ANY ($2::text[]) AND left(k.key, 4) = 'ref/' THEN (
        SELECT d.description FROM person_description d
        WHERE d.person = p.person AND d.agency = split_part(k.key, '/', 2)
    ) END AS description
FROM person_key k
JOIN person p ON p.person = k.person
WHERE k.key = ANY ($1::text[])
