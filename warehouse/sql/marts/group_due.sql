-- What falls due at a group 到期事项: contracts that end within the twelve months after the month
-- (or in it), birthdays of key people. A contract that was renewed counts with its last end; a group
-- without contract rows counts with the end its own file names.
WITH shown AS (
    SELECT
        month,
        group_code,
        name,
        city_code,
        county_code,
        account_manager_code,
        contract_end
    FROM group_month
    WHERE excluded_reason = '' AND is_on_net = 1
),

renewed AS (
    SELECT
        c.group_code,
        COALESCE(c.product_code, '') AS product_code,
        c.end AS due_date,
        c.amount_li,
        ROW_NUMBER() OVER (
            PARTITION BY c.group_code, COALESCE(c.product_code, '')
            ORDER BY c.end DESC, COALESCE(c.amount_li, -1) DESC
        ) AS place
    FROM contracts AS c
    WHERE c.end IS NOT NULL
),

contract_ends AS (
    SELECT
        group_code,
        product_code,
        due_date,
        amount_li
    FROM renewed
    WHERE place = 1
    UNION ALL
    SELECT
        s.group_code,
        '' AS product_code,
        s.contract_end AS due_date,
        CAST(NULL AS BIGINT) AS amount_li
    FROM shown AS s
    WHERE
        s.contract_end IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM renewed AS r WHERE r.group_code = s.group_code)
),

dues AS (
    SELECT
        e.group_code,
        'contract' AS kind,
        e.due_date,
        '' AS month_day,
        e.product_code,
        '' AS detail,
        '' AS person,
        e.amount_li
    FROM contract_ends AS e
    CROSS JOIN param
    WHERE year(e.due_date) * 12 + month(e.due_date) BETWEEN param.month AND param.month + 12
    UNION ALL
    SELECT
        p.group_code,
        'birthday' AS kind,
        CAST(NULL AS DATE) AS due_date,
        p.birthday AS month_day,
        '' AS product_code,
        COALESCE(p.role, '') AS detail,
        COALESCE(p.name_masked, '') AS person,
        CAST(NULL AS BIGINT) AS amount_li
    FROM key_people AS p
    WHERE p.birthday IS NOT NULL AND p.birthday <> ''
),

final AS (
    SELECT
        s.month,
        s.group_code,
        d.kind,
        CAST(
            ROW_NUMBER() OVER (
                PARTITION BY d.group_code, d.kind
                ORDER BY
                    d.due_date, d.month_day, d.product_code, d.detail, d.person, d.amount_li
            ) AS INT
        ) AS line,
        s.name,
        s.city_code,
        s.county_code,
        s.account_manager_code,
        d.due_date,
        d.month_day,
        d.product_code,
        d.detail,
        d.person,
        d.amount_li
    FROM dues AS d
    INNER JOIN shown AS s ON d.group_code = s.group_code
)

SELECT * FROM final
