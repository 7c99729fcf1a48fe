-- Contracts that end within twelve months, birthdays of key people.
WITH shown AS (
    SELECT * FROM group_month WHERE excluded_reason = '' AND is_on_net = 1
),

renewed AS (
    SELECT DISTINCT ON (group_code, COALESCE(product_code, ''))
        group_code, COALESCE(product_code, '') AS product_code, "end" AS due_date, amount_li
    FROM contracts
    WHERE "end" IS NOT NULL
    ORDER BY group_code, COALESCE(product_code, ''), "end" DESC, COALESCE(amount_li, -1) DESC
),

dues AS (
    SELECT group_code, 'contract' AS kind, due_date, '' AS month_day, product_code, '' AS detail,
        '' AS person, amount_li
    FROM (
        SELECT * FROM renewed
        UNION ALL
        SELECT group_code, '', contract_end, NULL FROM shown AS s
        WHERE contract_end IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM renewed AS r WHERE r.group_code = s.group_code)
    ) AS e
    WHERE month_of(due_date) BETWEEN $month AND $month + 12
    UNION ALL
    SELECT group_code, 'birthday', NULL, birthday, '', COALESCE(role, ''),
        COALESCE(name_masked, ''), NULL
    FROM key_people WHERE birthday <> ''
)

SELECT
    s.month, d.*, s.name, s.city_code, s.county_code, s.account_manager_code,
    row_number() OVER (
        PARTITION BY d.group_code, d.kind
        ORDER BY d.due_date, d.month_day COLLATE "C", d.product_code COLLATE "C",
            d.detail COLLATE "C", d.person COLLATE "C", d.amount_li
    ) AS line
FROM dues AS d
JOIN shown AS s USING (group_code)
