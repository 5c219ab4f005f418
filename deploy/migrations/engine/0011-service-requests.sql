-- What a service alone knows how to carry out; its content says what.
ALTER TABLE operator_request DROP CONSTRAINT operator_request_action_check;
ALTER TABLE operator_request ADD CONSTRAINT operator_request_action_check
    CHECK (action IN ('release', 'edit', 'discard', 'show', 'reposition', 'reproject', 'service'));
