-- The login role of one service: it reads and writes its own schema, and of the rest it sees the clock and how far the
-- tables have come. Run for each service whenever the database is migrated, so that new tables are in it, and what
-- somebody granted beside it is not.
DO $$
DECLARE
    service_role   text := current_setting('keepsight.service_role');
    service_schema text := current_setting('keepsight.service_schema');
    -- As the server keeps it, made by the client, so that no password stands in a log; empty leaves what there is.
    verifier       text := current_setting('keepsight.password_verifier');
    other          text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service_role) THEN
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', service_role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            -- Roles belong to the server: the migration of another database of it was first.
            NULL;
        END;
    END IF;
    IF verifier <> '' THEN
        EXECUTE format('ALTER ROLE %I PASSWORD %L', service_role, verifier);
    END IF;

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
