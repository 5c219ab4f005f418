-- What the login role of the command line may do: in each service's schema it sees the views, which are made for it, and the
-- requests that operators make of the service; no table beside those. Run whenever the database is migrated, so that new views
-- are in it, and what somebody granted beside it is not.
DO $$
DECLARE
    operator_role text := current_setting('keepsight.login_role');
    part          record;
BEGIN
    FOR part IN
        SELECT nspname FROM pg_namespace WHERE nspname = ANY (string_to_array(current_setting('keepsight.schemas'), ','))
    LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', part.nspname, operator_role);
        EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I', part.nspname, operator_role);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', part.nspname, operator_role);
    END LOOP;
    FOR part IN
        SELECT schemaname, viewname FROM pg_views
        WHERE schemaname = ANY (string_to_array(current_setting('keepsight.schemas'), ','))
    LOOP
        EXECUTE format('GRANT SELECT ON %I.%I TO %I', part.schemaname, part.viewname, operator_role);
    END LOOP;
    FOR part IN
        SELECT schemaname FROM pg_tables
        WHERE schemaname = ANY (string_to_array(current_setting('keepsight.schemas'), ','))
            AND tablename = 'operator_request'
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I.operator_request TO %I', part.schemaname, operator_role);
    END LOOP;
    EXECUTE format('GRANT SELECT ON app.keepsight_migration TO %I', operator_role);
END
$$;
