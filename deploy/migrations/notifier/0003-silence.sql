-- When the time for an answer had passed and there was none: no response, which is never agreement. A later answer stands
-- beside it.
ALTER TABLE notice ADD COLUMN no_response_at timestamptz;
-- The referrer's own identifier of the referral, where the notice is about one.
ALTER TABLE notice ADD COLUMN referral text;

CREATE INDEX notice_by_referral ON notice (referral) WHERE referral IS NOT NULL;
