-- Every step of a challenge: who said what at which stage, and whether in time. Never changed.
CREATE TABLE escalation_move (
    escalation      text        NOT NULL,
    number          integer     NOT NULL,
    -- After the move.
    stage           integer     NOT NULL,
    what            text        NOT NULL,
    -- Why it went up, or how it ended.
    cause           text,
    at              timestamptz NOT NULL,
    -- Nobody where it was the clock.
    agency          text,
    spoken_by       text,
    said            text,
    -- Whether the side whose turn it was had kept its time.
    on_time         boolean     NOT NULL,
    PRIMARY KEY (escalation, number)
);
