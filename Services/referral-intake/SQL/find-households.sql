-- Asked only for children who may be new there: so also how many each agency has introduced, as find-people has it.
SELECT k.key, k.household, (
    SELECT string_agg(m.introduced_by || ' ' || m.children, ',')
    FROM (SELECT introduced_by, count(*) AS children FROM person WHERE household = k.household GROUP BY 1) m
)
FROM household_key k
WHERE k.key = ANY ($1::text[])
