-- Records of the household, or of everybody, are kept from now on.
INSERT INTO legal_hold (household, request)
VALUES ($1::uuid, $2::int8)
ON CONFLICT DO NOTHING
RETURNING id
