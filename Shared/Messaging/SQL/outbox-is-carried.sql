SELECT NOT EXISTS (SELECT FROM outbox WHERE id <= $1) AS is_carried
