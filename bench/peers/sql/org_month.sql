-- Every level by every dimension; operating income stands on the rows of whole units.
WITH total AS (
    SELECT $level AS level, city_code, county_code, NULL AS account_manager_code, industry_code,
        grade, size_band, $sums
    FROM org_cell
    GROUP BY
        GROUPING SETS ((), (city_code), (city_code, county_code)),
        GROUPING SETS ((), (grade), (industry_code), (size_band), (grade, industry_code, size_band))
    UNION ALL
    SELECT 'account_manager', city_code, county_code, account_manager_code, NULL, grade, NULL, $sums
    FROM org_measured
    GROUP BY city_code, county_code, account_manager_code, GROUPING SETS ((), (grade))
),

by_county AS (
    SELECT u.parent_code AS city_code, u.code AS county_code, SUM(o.amount_li) AS amount_li
    FROM operating_income AS o
    JOIN org_units AS u ON u.code = o.unit_code AND u.level = 'county'
    GROUP BY u.parent_code, u.code
),

by_city AS (
    SELECT u.code AS city_code, COALESCE(MAX(o.amount_li), MAX(c.amount_li)) AS amount_li
    FROM org_units AS u
    LEFT JOIN operating_income AS o ON o.unit_code = u.code
    LEFT JOIN (SELECT city_code, SUM(amount_li) AS amount_li FROM by_county GROUP BY city_code) AS c
        ON c.city_code = u.code
    WHERE u.level = 'city'
    GROUP BY u.code
),

operating AS (
    SELECT 'province' AS level, '*' AS city_code, '*' AS county_code, SUM(amount_li) AS amount_li
    FROM by_city
    UNION ALL
    SELECT 'city', city_code, '*', amount_li FROM by_city
    UNION ALL
    SELECT 'county', city_code, county_code, amount_li FROM by_county
),

named AS (
    SELECT $month AS month, level, COALESCE(city_code, '*') AS city_code,
        COALESCE(county_code, '*') AS county_code,
        COALESCE(account_manager_code, '*') AS account_manager_code,
        COALESCE(industry_code, '*') AS industry_code, COALESCE(grade, '*') AS grade,
        COALESCE(size_band, -1) AS size_band, $measured,
        COALESCE(score_micro, 0) / 1000000.0::float8 AS score_sum
    FROM total
)

SELECT n.*, o.amount_li AS operating_income_li
FROM named AS n
LEFT JOIN operating AS o
    ON o.level = n.level AND o.city_code = n.city_code AND o.county_code = n.county_code
    AND n.industry_code = '*' AND n.grade = '*' AND n.size_band = -1
