-- Fails a transaction whose write found another number of rows than its read: somebody wrote in between. The caller
-- tries the whole batch again. Checked here, because the COMMIT travels in the same pipeline as the write.
CREATE FUNCTION app.expect_rows(written bigint, expected bigint) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF written <> expected THEN
        RAISE EXCEPTION 'wrote % rows of %, another transaction was first', written, expected
            USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN written;
END
$$;
