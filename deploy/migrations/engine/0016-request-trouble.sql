-- Why a request could not be carried out the last time it was tried: it waits for its surroundings, and whoever asked can see
-- for what.
ALTER TABLE operator_request ADD COLUMN trouble text;
