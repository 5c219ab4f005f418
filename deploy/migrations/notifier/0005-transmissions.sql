-- What went to the agencies' topics together, and since when they have it: an outbox row. One row here for all notices of
-- a transaction, where each of them would have to be written again to note the same time.
CREATE TABLE transmission (
    id              bigint      PRIMARY KEY,
    delivered_at    timestamptz NOT NULL
);

-- With which one the notice went. `notice.delivered_at` is for a notice that went before others of its transmission, one of
-- which the broker would not take; and for those of earlier days.
ALTER TABLE notice ADD COLUMN transmission bigint;
