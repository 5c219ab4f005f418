-- The only clock that rules see. A test or a replay replaces this one function by a clock that it can move;
-- nothing else in the system asks for the time of day.
CREATE FUNCTION app.now() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN pg_catalog.now();
