-- A login role, made if there is none of that name, and its password. What it may do stands in the file of its kind, which runs
-- after this one in the same transaction.
DO $$
DECLARE
    login_role text := current_setting('keepsight.login_role');
    -- As the server keeps it, made by the client, so that no password stands in a log; empty leaves what there is.
    verifier   text := current_setting('keepsight.password_verifier');
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login_role) THEN
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', login_role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            -- Roles belong to the server: the migration of another database of it was first.
            NULL;
        END;
    END IF;
    IF verifier <> '' THEN
        EXECUTE format('ALTER ROLE %I PASSWORD %L', login_role, verifier);
    END IF;
END
$$;
