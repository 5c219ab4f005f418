-- Consultations that are here before their decision. They go on, in order, just before it does; at most twenty wait for one,
-- and not for ever: each has a deadline, by whose end its agency gets it back. What they say stands in the journal whole;
-- here is only what goes on, so that a batch of decisions loads little.
DROP TABLE waiting_event;

CREATE TABLE waiting_event (
    event           uuid        PRIMARY KEY,
    -- In which they came.
    id              bigint      GENERATED ALWAYS AS IDENTITY,
    -- 'decision/<id>'
    subject         text        NOT NULL,
    agency          text        NOT NULL,
    event_id        text        NOT NULL,
    happened_at     timestamptz NOT NULL,
    -- The fact that it becomes, as JSON.
    content         bytea       NOT NULL,
    waiting_since   timestamptz NOT NULL DEFAULT app.now()
);

CREATE INDEX waiting_event_by_subject ON waiting_event (subject, id);
