-- Every product by unit 产品汇总: groups using it, users (户次, not distinct across groups), amounts by
-- payer. Province, city and county, the account manager within a county; and, for the whole province,
-- industry x size: what similar groups 同类集团 use. A rolled-up dimension holds '*' or -1. The quartiles
-- of users stand only on the cells of similar groups, of which at least three use the product.
WITH used AS (
    SELECT
        p.city_code,
        p.county_code,
        p.account_manager_code,
        g.industry_code,
        g.size_band,
        p.product_code,
        CASE
            WHEN COALESCE(p.n_orders, 0) > 0 OR COALESCE(p.users, 0) > 0 THEN 1
            ELSE 0
        END AS is_used,
        p.users,
        p.member_users,
        p.billed_users,
        p.amount_li,
        p.group_paid_li,
        p.member_paid_li,
        p.outsider_paid_li
    FROM group_product_month AS p
    JOIN group_month AS g ON g.group_code = p.group_code AND g.excluded_reason = ''
),

cell AS (
    SELECT
        city_code,
        county_code,
        account_manager_code,
        industry_code,
        size_band,
        product_code,
        CAST(SUM(is_used) AS BIGINT) AS n_groups_using,
        CAST(SUM(users) AS BIGINT) AS users,
        CAST(SUM(member_users) AS BIGINT) AS member_users,
        CAST(SUM(billed_users) AS BIGINT) AS billed_users,
        CAST(SUM(amount_li) AS BIGINT) AS amount_li,
        CAST(SUM(group_paid_li) AS BIGINT) AS group_paid_li,
        CAST(SUM(member_paid_li) AS BIGINT) AS member_paid_li,
        CAST(SUM(outsider_paid_li) AS BIGINT) AS outsider_paid_li
    FROM used
    GROUP BY GROUPING SETS (
        (product_code),
        (city_code, product_code),
        (city_code, county_code, product_code),
        (city_code, county_code, account_manager_code, product_code),
        (industry_code, size_band, product_code)
    )
),

quartile AS (
    SELECT
        industry_code,
        size_band,
        product_code,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY users) AS users_q1,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY users) AS users_median,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY users) AS users_q3
    FROM used
    WHERE is_used = 1 AND users IS NOT NULL
    GROUP BY industry_code, size_band, product_code
    HAVING COUNT(*) >= 3
),

final AS (
    SELECT
        CAST(param.month AS INT) AS month,
        CASE
            WHEN c.account_manager_code IS NOT NULL THEN 'account_manager'
            WHEN c.county_code IS NOT NULL THEN 'county'
            WHEN c.city_code IS NOT NULL THEN 'city'
            ELSE 'province'
        END AS level,
        COALESCE(c.city_code, '*') AS city_code,
        COALESCE(c.county_code, '*') AS county_code,
        COALESCE(c.account_manager_code, '*') AS account_manager_code,
        COALESCE(c.industry_code, '*') AS industry_code,
        CAST(COALESCE(c.size_band, -1) AS SMALLINT) AS size_band,
        c.product_code,
        c.n_groups_using,
        c.users,
        c.member_users,
        c.billed_users,
        c.amount_li,
        c.group_paid_li,
        c.member_paid_li,
        c.outsider_paid_li,
        q.users_q1,
        q.users_median,
        q.users_q3
    FROM cell AS c
    CROSS JOIN param
    LEFT JOIN quartile AS q
        ON q.industry_code = c.industry_code
        AND q.size_band = c.size_band
        AND q.product_code = c.product_code
)

SELECT * FROM final
