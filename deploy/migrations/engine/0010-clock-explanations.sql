-- What happens when a clock of a kind falls due, in the words of the service that sets it. Written when the service starts,
-- so that whoever explains a clock says what the running service will do.
CREATE TABLE clock_kind (
    kind            text        PRIMARY KEY,
    consequence     text        NOT NULL
);

-- Open clocks are projected anew under another policy or calendar only when somebody asks for it by name and reason.
ALTER TABLE operator_request DROP CONSTRAINT operator_request_action_check;
ALTER TABLE operator_request ADD CONSTRAINT operator_request_action_check
    CHECK (action IN ('release', 'edit', 'discard', 'show', 'reposition', 'reproject'));
-- For a request that takes several transactions: the last household that is done.
ALTER TABLE operator_request ADD COLUMN progress uuid;

-- Every clock that such a request has moved. Rows are added and never changed.
CREATE TABLE clock_move (
    request         bigint      NOT NULL REFERENCES operator_request,
    key             text        NOT NULL,
    household       uuid        NOT NULL,
    due_before      timestamptz NOT NULL,
    due_after       timestamptz NOT NULL,
    -- As it was when the clock was armed.
    explanation_before bytea    NOT NULL,
    PRIMARY KEY (request, key)
);

CREATE INDEX clock_move_by_key ON clock_move (key);
