-- See migration retention: the stretches of an index of ages whose rows were pruned are noted anew.
SELECT note_ages($1, $2::int8[])
