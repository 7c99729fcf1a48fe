WITH used AS (
    SELECT p.*, g.industry_code, g.size_band,
        COALESCE(p.n_orders, 0) > 0 OR COALESCE(p.users, 0) > 0 AS is_used
    FROM group_product_month AS p
    JOIN group_month AS g USING (group_code)
    WHERE g.excluded_reason = ''
),

cell AS (
    SELECT city_code, county_code, p.account_manager_code, industry_code, size_band, product_code,
        COUNT(*) FILTER (WHERE is_used) AS n_groups_using, SUM(users) AS users,
        SUM(member_users) AS member_users, SUM(billed_users) AS billed_users,
        SUM(amount_li) AS amount_li, SUM(group_paid_li) AS group_paid_li,
        SUM(member_paid_li) AS member_paid_li, SUM(outsider_paid_li) AS outsider_paid_li
    FROM used AS p
    GROUP BY GROUPING SETS ((product_code), (city_code, product_code),
        (city_code, county_code, product_code),
        (city_code, county_code, p.account_manager_code, product_code),
        (industry_code, size_band, product_code))
),

quartile AS (
    SELECT industry_code, size_band, product_code,
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY users) AS q
    FROM used
    WHERE is_used AND users IS NOT NULL
    GROUP BY industry_code, size_band, product_code
    HAVING COUNT(*) >= 3
)

SELECT
    $month AS month,
    CASE WHEN account_manager_code IS NOT NULL THEN 'account_manager'
        WHEN county_code IS NOT NULL THEN 'county' WHEN city_code IS NOT NULL THEN 'city'
        ELSE 'province' END AS level,
    COALESCE(city_code, '*') AS city_code, COALESCE(county_code, '*') AS county_code,
    COALESCE(account_manager_code, '*') AS account_manager_code,
    COALESCE(industry_code, '*') AS industry_code, COALESCE(size_band, -1) AS size_band,
    product_code, n_groups_using, users, member_users, billed_users, amount_li, group_paid_li,
    member_paid_li, outsider_paid_li, q[1] AS users_q1, q[2] AS users_median, q[3] AS users_q3
FROM cell
LEFT JOIN quartile USING (industry_code, size_band, product_code)
