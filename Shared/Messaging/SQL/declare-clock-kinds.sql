INSERT INTO clock_kind AS known (kind, consequence)
SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (kind) DO UPDATE SET consequence = excluded.consequence WHERE known.consequence <> excluded.consequence
