-- Which events are in effect already, in generations. One takes what comes for as many days as the inbox keeps; the one before
-- it is kept as long again, so an event is recognised for at least those days, and then emptied whole. That costs the same
-- however many events it held, where a deletion by age costs each event a second write and its index a search; and what is
-- kept on the hot path is one look into the generation before (insert-inbox.sql). The third one stands empty.
DROP TABLE inbox;

CREATE TABLE inbox (
    -- The first 16 bytes of SHA-256 over the event's source and id.
    event           uuid        NOT NULL,
    generation      smallint    NOT NULL
) PARTITION BY LIST (generation);

CREATE TABLE inbox_0 PARTITION OF inbox (PRIMARY KEY (event)) FOR VALUES IN (0);
CREATE TABLE inbox_1 PARTITION OF inbox (PRIMARY KEY (event)) FOR VALUES IN (1);
CREATE TABLE inbox_2 PARTITION OF inbox (PRIMARY KEY (event)) FOR VALUES IN (2);

CREATE TABLE inbox_generation (
    generation      smallint    PRIMARY KEY,
    -- Absent: it is empty.
    began_at        timestamptz,
    -- Absent in the one that takes what comes.
    ended_at        timestamptz,
    CHECK (began_at IS NOT NULL OR ended_at IS NULL)
);

INSERT INTO inbox_generation (generation, began_at)
SELECT generation, CASE WHEN generation = 0 THEN app.now() END FROM generate_series(0, 2) AS generation;

-- There is one that takes what comes, and one before it: never a second.
CREATE UNIQUE INDEX inbox_generation_in_use ON inbox_generation ((true)) WHERE began_at IS NOT NULL AND ended_at IS NULL;
CREATE UNIQUE INDEX inbox_generation_before ON inbox_generation ((true)) WHERE ended_at IS NOT NULL;

-- One step of housekeeping: empties the generation before, if all of it is older than so many days; else begins the next one, if
-- this one has had as many. Whether it did something. It runs as the owner of the tables, since a service's role may not
-- empty one; what is emptied is decided here, by age, whoever calls.
DO $$
BEGIN
    EXECUTE format($function$
        CREATE FUNCTION turn_inbox(days integer) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER
        -- A table that somebody puts in the way for a session stands last.
        SET search_path = %I, app, pg_temp
        -- A batch that hangs is waited for by nobody: the step is taken at another time.
        SET lock_timeout = '2s'
        AS $body$
        DECLARE
            long_ago    CONSTANT timestamptz := app.now() - make_interval(days => turn_inbox.days);
            before      smallint;
            in_use      inbox_generation;
        BEGIN
            -- Of two replicas' housekeepers the second finds the work done.
            PERFORM FROM inbox_generation ORDER BY generation FOR UPDATE;
            SELECT generation INTO before FROM inbox_generation WHERE ended_at < long_ago;
            IF FOUND THEN
                EXECUTE format('TRUNCATE inbox_%%s', before);
                UPDATE inbox_generation SET began_at = NULL, ended_at = NULL WHERE generation = before;
                RETURN true;
            END IF;
            SELECT * INTO in_use FROM inbox_generation WHERE began_at IS NOT NULL AND ended_at IS NULL;
            -- While the one before is kept, this one goes on: more is kept, never less.
            IF in_use.began_at > long_ago OR EXISTS (SELECT FROM inbox_generation WHERE ended_at IS NOT NULL) THEN
                RETURN false;
            END IF;
            -- Waits until every batch that writes has committed, and lets none begin: so no two batches write to different
            -- generations at the same time, and what the earlier has written is seen by the later.
            LOCK TABLE inbox IN SHARE ROW EXCLUSIVE MODE;
            UPDATE inbox_generation SET ended_at = app.now() WHERE generation = in_use.generation;
            UPDATE inbox_generation SET began_at = app.now()
            WHERE generation = (SELECT min(generation) FROM inbox_generation WHERE began_at IS NULL);
            RETURN true;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            RETURN false;
        END
        $body$
        $function$, current_schema());
END
$$;
