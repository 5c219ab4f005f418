-- Asked only for children who may be new there: so also how many each agency has introduced, and how many undecided referrals it
-- has, as find-people has it.
SELECT k.key, k.household, (
    SELECT string_agg(m.introduced_by || ' ' || m.children, ',')
    FROM (SELECT introduced_by, count(*) AS children FROM person WHERE household = k.household GROUP BY 1) m
) AS household_size, (
    SELECT string_agg(concat_ws(' ', m.agency, m.is_immediate::text, m.referrals, m.weight), ',')
    FROM (
        SELECT agency, is_immediate, count(*) AS referrals, sum(weight) AS weight
        FROM open_referral WHERE household = k.household GROUP BY 1, 2
    ) m
) AS referral_counts
FROM household_key k
WHERE k.key = ANY ($1::text[])
