-- Every additive measure by unit 组织汇总. Province, city and county stand crossed with grade,
-- industry and size; the account manager (within a county) with grade alone. A rolled-up dimension
-- holds '*', a rolled-up size band -1. Operating income stands on the rows of whole units only.
WITH total AS (
    SELECT * FROM org_unit
    UNION ALL
    SELECT * FROM org_portfolio
),

income_by_county AS (
    SELECT u.parent_code AS city_code, u.code AS county_code, SUM(o.amount_li) AS amount_li
    FROM operating_income AS o
    JOIN org_units AS u ON u.code = o.unit_code AND u.level = 'county'
    GROUP BY u.parent_code, u.code
),

income_by_city AS (
    SELECT
        u.code AS city_code,
        COALESCE(MAX(o.amount_li), MAX(c.amount_li)) AS amount_li
    FROM org_units AS u
    LEFT JOIN operating_income AS o ON o.unit_code = u.code
    LEFT JOIN (
        SELECT city_code, SUM(amount_li) AS amount_li FROM income_by_county GROUP BY city_code
    ) AS c ON c.city_code = u.code
    WHERE u.level = 'city'
    GROUP BY u.code
),

operating AS (
    SELECT 'province' AS level, '*' AS city_code, '*' AS county_code, SUM(amount_li) AS amount_li
    FROM income_by_city
    UNION ALL
    SELECT 'city' AS level, city_code, '*' AS county_code, amount_li FROM income_by_city
    UNION ALL
    SELECT 'county' AS level, city_code, county_code, amount_li FROM income_by_county
),

final AS (
    SELECT
        CAST(param.month AS INT) AS month,
        t.*,
        COALESCE(t.score_micro, 0) / CAST(1000000 AS DOUBLE) AS score_sum,
        CAST(o.amount_li AS BIGINT) AS operating_income_li
    FROM total AS t
    CROSS JOIN param
    LEFT JOIN operating AS o
        ON o.level = t.level
        AND o.city_code = t.city_code
        AND o.county_code = t.county_code
        AND t.industry_code = '*'
        AND t.grade = '*'
        AND t.size_band = -1
)

SELECT * FROM final
