-- Records of these households are kept beyond their time, whatever policy says, until somebody lifts it: for an inquiry, a court,
-- a request for access. Who asked and why stands in the request. A row is never deleted.
CREATE TABLE legal_hold (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Absent: everybody's records.
    household       uuid,
    request         bigint      NOT NULL REFERENCES operator_request,
    since           timestamptz NOT NULL DEFAULT app.now(),
    lifted_at       timestamptz,
    lifting_request bigint      REFERENCES operator_request
);

CREATE UNIQUE INDEX legal_hold_in_force
    ON legal_hold (coalesce(household, '00000000-0000-0000-0000-000000000000')) WHERE lifted_at IS NULL;

-- What is pruned is found by its age. These tables are small: they grow by what operators do.
CREATE INDEX operator_request_by_age ON operator_request (done_at) WHERE done_at IS NOT NULL;
ALTER TABLE clock_move ADD COLUMN moved_at timestamptz NOT NULL DEFAULT app.now();
CREATE INDEX clock_move_by_age ON clock_move (moved_at);

-- A large table's index of ages is a BRIN, which costs an event nothing: it notes for each stretch of pages between which times
-- their rows were made. Rows that come later fill the room of those that were pruned, and the stretch's note would span all
-- years from then on, so that each look for old rows read the whole table. So whoever prunes has the stretches that it pruned
-- noted anew. Given by their pages; it runs as the owner, since only the owner of an index may ask for that.
DO $$
BEGIN
    EXECUTE format($function$
        CREATE FUNCTION note_ages(age_index text, pages bigint[]) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = %I, app, pg_temp
        SET lock_timeout = '2s'
        AS $body$
        DECLARE
            place   regclass := format('%%I.%%I', %L, age_index)::regclass;
            page    bigint;
        BEGIN
            FOREACH page IN ARRAY pages LOOP
                PERFORM brin_desummarize_range(place, page), brin_summarize_range(place, page);
            END LOOP;
        END
        $body$
        $function$, current_schema(), current_schema());
END
$$;
