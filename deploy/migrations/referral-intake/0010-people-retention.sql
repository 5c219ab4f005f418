-- Until when a household counts as one that something has been published about: noted with the journal, 30 days ahead, so that
-- it is written once a month and not with each event. What is known of its people leaves with it, when policy keeps it no
-- longer; every event of the journal is older than its household's moment.
CREATE TABLE household_age (
    household       uuid        PRIMARY KEY,
    seen_until      timestamptz NOT NULL
);

CREATE INDEX household_age_by_age ON household_age (seen_until);

-- What leaves with a household is found by it; people are by person_by_household. A decision's subject is not: an index would
-- cost each decision a record of the log. It is found by its own age, once its household has left.
CREATE INDEX household_key_by_household ON household_key (household);

ALTER TABLE subject ADD COLUMN noted_at timestamptz NOT NULL DEFAULT app.now();
CREATE INDEX subject_by_age ON subject USING brin (noted_at) WITH (pages_per_range = 128, autosummarize = on);
