-- Which household a decision is about, so that what refers to the decision finds its way.
CREATE TABLE subject (
    -- 'decision/<id>'
    key             text        PRIMARY KEY,
    agency          text        NOT NULL,
    household       uuid        NOT NULL
);

-- Events that refer to a decision which is not here yet. They go on, in order, just before it does.
CREATE TABLE waiting_event (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject         text        NOT NULL,
    event           bytea       NOT NULL,
    waiting_since   timestamptz NOT NULL DEFAULT app.now()
);

CREATE INDEX waiting_event_by_subject ON waiting_event (subject, id);
