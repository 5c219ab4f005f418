-- Every challenge and how it stands: what the matrix and the reports are made of.
CREATE TABLE escalation (
    escalation      text        PRIMARY KEY,
    household       uuid        NOT NULL,
    -- decision, discussion, outcome, conference or delay, by the identifier that people know it by.
    subject_kind    text        NOT NULL,
    subject         text        NOT NULL,
    version         integer,
    -- What brought it about.
    occasion        text        NOT NULL,
    challenger      text        NOT NULL,
    decider         text        NOT NULL,
    ladder          text        NOT NULL,
    opened_at       timestamptz NOT NULL,
    urgent          boolean     NOT NULL,
    stage           integer     NOT NULL,
    -- Whose turn it is, and until when; nothing once it is closed.
    awaits          text        NOT NULL,
    due_at          timestamptz,
    outcome         text,
    closed_at       timestamptz,
    reason          text,
    childs_view     text,
    lesson          boolean     NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX escalation_by_subject ON escalation (subject, version);
CREATE INDEX escalation_open ON escalation (due_at) WHERE outcome IS NULL;
