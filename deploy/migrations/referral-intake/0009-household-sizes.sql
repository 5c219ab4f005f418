-- Who introduced a child: how many one agency has brought into a household is bounded, so that no document of a household
-- grows without end. Counted from the index alone.
ALTER TABLE person ADD COLUMN introduced_by text NOT NULL;

CREATE INDEX person_by_household ON person (household, introduced_by);
