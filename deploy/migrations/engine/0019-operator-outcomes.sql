-- What came of a request as a word beside its sentence, so that nobody has to read the sentence to know whether it was done;
-- and which message a request is about, `topic/partition/offset`, so that the list of dead letters says what became of each.
ALTER TABLE operator_request ADD COLUMN outcome_kind text, ADD COLUMN letter text;
