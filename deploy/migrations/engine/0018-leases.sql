-- Who may do what only one process at a time may do: carry the outbox, send a channel's deliveries. Not a lock of PostgreSQL's,
-- since any role of the server can take those, and since a process that hangs keeps them for ever.
CREATE TABLE lease (
    name            text        PRIMARY KEY,
    -- One stretch of holding it; at random, so that it cannot recur.
    holder          uuid        NOT NULL,
    -- The holder's connection. When it is gone, the next one need not wait.
    pid             integer     NOT NULL,
    backend_start   timestamptz NOT NULL,
    -- By the time of day, not by the clock of the rules, which a replay may move.
    renewed_at      timestamptz NOT NULL
) WITH (fillfactor = 10);

-- What was read again, since its position had gone back: the database had lost its last commits, or an operator has asked for it.
CREATE TABLE position_reread (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    -- The offset at which reading began again, and the one before which everything had been in effect.
    from_offset     bigint      NOT NULL,
    to_offset       bigint      NOT NULL,
    cause           text        NOT NULL CHECK (cause IN ('database', 'operator')),
    noticed_at      timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
