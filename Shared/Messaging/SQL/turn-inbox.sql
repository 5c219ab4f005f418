-- See migration inbox-generations: one step, and whether there was something to do.
SELECT turn_inbox($1::int4) AS is_turned
