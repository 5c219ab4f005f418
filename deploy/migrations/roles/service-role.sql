-- What the login role of one service may do: it reads and writes its own schema, and of the rest it sees the clock and how far
-- the tables have come. Run for each service whenever the database is migrated, so that new tables are in it, and what
-- somebody granted beside it is not.
DO $$
DECLARE
    service_role   text := current_setting('keepsight.login_role');
    service_schema text := current_setting('keepsight.service_schema');
    other          text;
BEGIN
    FOR other IN
        SELECT nspname FROM pg_namespace
        WHERE nspname = ANY (string_to_array(current_setting('keepsight.schemas'), ',')) AND nspname <> service_schema
    LOOP
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', other, service_role);
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', other, service_role);
        EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I', other, service_role);
    END LOOP;

    EXECUTE format('GRANT USAGE ON SCHEMA app, %I TO %I', service_schema, service_role);
    EXECUTE format('GRANT SELECT ON app.keepsight_migration TO %I', service_role);
    EXECUTE format(
        'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', service_schema, service_role);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', service_schema, service_role);
END
$$;
