-- One row: who has it locked may handle a batch. No other role may touch it, where a lock that is only a number could be
-- taken by each.
CREATE TABLE register_gate (
    the_only_one    boolean     PRIMARY KEY DEFAULT true CHECK (the_only_one),
    -- Goes into every identifier that intake makes of what agencies choose, so that nobody can compute one from a guess.
    secret          uuid        NOT NULL DEFAULT gen_random_uuid()
);

INSERT INTO register_gate DEFAULT VALUES;
