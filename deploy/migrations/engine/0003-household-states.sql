-- What the service knows of each household, as one document. Its row is locked before any outbox id is drawn, so that
-- for one household the order of ids is the order of commits.
CREATE TABLE household_state (
    household       uuid        PRIMARY KEY,
    version         bigint      NOT NULL,
    state           bytea       NOT NULL
) WITH (fillfactor = 70);

ALTER TABLE household_state ALTER COLUMN state SET COMPRESSION lz4;
