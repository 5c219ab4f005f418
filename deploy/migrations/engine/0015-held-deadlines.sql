-- Which record a household waits behind. The dead letter on its topic leaves by age; this stays for as long as somebody waits.
ALTER TABLE parked_household
    ADD COLUMN topic text, ADD COLUMN partition integer, ADD COLUMN message_offset bigint;

UPDATE parked_household p
SET topic = m.topic, partition = m.partition, message_offset = m.message_offset
FROM parked_message m
WHERE m.household = p.household AND m.failed;

ALTER TABLE parked_household
    ALTER COLUMN topic SET NOT NULL, ALTER COLUMN partition SET NOT NULL, ALTER COLUMN message_offset SET NOT NULL;

-- Households whose deadlines could not be fired: their deadlines stay set as they are and are tried again after a while, and
-- everybody else's fire meanwhile. As good as empty.
CREATE TABLE deadline_aside (
    household       uuid        PRIMARY KEY,
    since           timestamptz NOT NULL DEFAULT app.now(),
    -- How often they were tried in vain.
    attempts        integer     NOT NULL,
    -- When they are tried again.
    until           timestamptz NOT NULL,
    code            text        NOT NULL,
    reason          text        NOT NULL
);
