-- By which what is older than policy keeps it is found (deploy/policy/retention.yaml). BRIN where there is a row for each
-- notice; see note_ages.
CREATE INDEX notice_by_age ON notice USING brin (issued_at) WITH (pages_per_range = 128, autosummarize = on);
CREATE INDEX transmission_by_age ON transmission USING brin (delivered_at) WITH (pages_per_range = 128, autosummarize = on);
CREATE INDEX channel_delivery_by_age ON channel_delivery USING brin (settled_at)
    WITH (pages_per_range = 128, autosummarize = on);
