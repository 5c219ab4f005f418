INSERT INTO person (person, household, sex, date_of_birth, expected_date_of_birth, nhs_number, introduced_by)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::date[], $6::text[], $7::text[])
ON CONFLICT (person) DO UPDATE
SET sex = coalesce(excluded.sex, person.sex),
    date_of_birth = coalesce(excluded.date_of_birth, person.date_of_birth),
    expected_date_of_birth = coalesce(excluded.expected_date_of_birth, person.expected_date_of_birth),
    nhs_number = coalesce(excluded.nhs_number, person.nhs_number)
