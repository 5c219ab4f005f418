-- Every notice, and what became of it: the proof that each agency was told.
CREATE TABLE notice (
    notice          text        PRIMARY KEY,
    household       uuid        NOT NULL,
    agency          text        NOT NULL,
    kind            text        NOT NULL,
    person          uuid        NOT NULL,
    -- What it is about: a decision and its version, or the cause of another notice.
    decision        text,
    version         integer,
    state           text,
    opened_because  text[]      NOT NULL,
    respond_by      timestamptz,
    issued_at       timestamptz NOT NULL,
    -- When the agency's topic had it.
    delivered_at    timestamptz,
    reminded_at     timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    answered_at     timestamptz,
    answer          text,
    answered_by     text,
    answered_late   boolean
) WITH (fillfactor = 70);

CREATE INDEX notice_by_decision ON notice (decision, version) WHERE decision IS NOT NULL;
