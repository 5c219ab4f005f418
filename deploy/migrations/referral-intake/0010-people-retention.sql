-- Until when a household counts as one that something has been published about: noted with the journal, 30 days ahead, so that
-- it is written once a month and not with each event. What is known of its people leaves with it, when policy keeps it no
-- longer; every event of the journal is older than its household's moment.
CREATE TABLE household_age (
    household       uuid        PRIMARY KEY,
    seen_until      timestamptz NOT NULL
);

CREATE INDEX household_age_by_age ON household_age (seen_until);

-- What leaves with a household is found by it; people are by person_by_household.
CREATE INDEX household_key_by_household ON household_key (household);
CREATE INDEX subject_by_household ON subject (household);
