-- An identifier that an agency chooses stands for one thing (I1): whatever comes under it afterwards is refused, unless the event
-- that took it was refused itself. The event and its attempt, by which its verdict is found.
ALTER TABLE subject ADD COLUMN event uuid, ADD COLUMN reference uuid;

-- A view that has gone on to the decision register waits here to be told that it counts. What it says is needed no more.
-- Its fact is named after its own attempt, so that the verdict on it is found.
ALTER TABLE waiting_event ALTER COLUMN content DROP NOT NULL, ADD COLUMN reference uuid;

-- Referrals that the hub has not decided. How many one agency can have of a household is bounded, and judged with the receipt: so
-- it is counted here, and not where they are decided.
CREATE TABLE open_referral (
    -- The item of the screening queue.
    item            text        PRIMARY KEY,
    household       uuid        NOT NULL,
    agency          text        NOT NULL,
    is_immediate    boolean     NOT NULL,
    -- Bytes that it takes on the desk, at the most.
    weight          integer     NOT NULL,
    event           uuid        NOT NULL
);

CREATE INDEX open_referral_by_household ON open_referral (household, agency);
CREATE INDEX open_referral_by_event ON open_referral (event);
