SELECT k.key, p.person, p.household, p.sex, p.date_of_birth, p.expected_date_of_birth, p.nhs_number
FROM person_key k
JOIN person p ON p.person = k.person
WHERE k.key = ANY ($1::text[])
