-- Who the children are. Personal identifiers stay in this schema; everything behind intake knows opaque ids only.
CREATE TABLE person (
    person          uuid        PRIMARY KEY,
    household       uuid        NOT NULL,
    sex             text,
    date_of_birth   date,
    expected_date_of_birth date,
    nhs_number      text,
    introduced_at   timestamptz NOT NULL DEFAULT app.now()
);

-- What a child is recognised by, one row each: 'ref/<agency>/<ref>', 'nhs/<number>', and 'exact/…' for given name, family
-- name, date of birth and postcode together. A key belongs to the child that first had it.
CREATE TABLE person_key (
    key             text        PRIMARY KEY,
    person          uuid        NOT NULL REFERENCES person
);

CREATE INDEX person_key_by_person ON person_key (person);

-- How each agency described the child last, as it was sent.
CREATE TABLE person_description (
    person          uuid        NOT NULL REFERENCES person,
    agency          text        NOT NULL,
    description     bytea       NOT NULL,
    described_at    timestamptz NOT NULL DEFAULT app.now(),
    PRIMARY KEY (person, agency)
);

-- Where a household lives or has lived: 'uprn/<number>', or 'address/<postcode>/<first line>'.
CREATE TABLE household_key (
    key             text        PRIMARY KEY,
    household       uuid        NOT NULL
);
