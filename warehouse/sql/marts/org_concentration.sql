-- How much of a unit's income its largest groups bring 集中度: point 1 to 20 is the largest 5, 10, …
-- 100 % of the groups (rounded up to whole groups), point 0 the ten largest.
WITH shown AS (
    SELECT group_code, city_code, county_code, COALESCE(total_income_li, 0) AS income_li
    FROM group_month
    WHERE excluded_reason = ''
),

placed AS (
    SELECT 'province' AS level, '*' AS city_code, '*' AS county_code, group_code, income_li
    FROM shown
    UNION ALL
    SELECT 'city' AS level, city_code, '*' AS county_code, group_code, income_li FROM shown
    UNION ALL
    SELECT 'county' AS level, city_code, county_code, group_code, income_li FROM shown
),

ranked AS (
    SELECT
        level,
        city_code,
        county_code,
        income_li,
        ROW_NUMBER() OVER (
            PARTITION BY level, city_code, county_code ORDER BY income_li DESC, group_code
        ) AS place,
        SUM(income_li) OVER (
            PARTITION BY level, city_code, county_code ORDER BY income_li DESC, group_code
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS top_li
    FROM placed
),

unit AS (
    SELECT level, city_code, county_code, COUNT(*) AS n_groups, SUM(income_li) AS income_li
    FROM ranked
    GROUP BY level, city_code, county_code
),

point AS (
    SELECT 0 AS point
    UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
    UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8
    UNION ALL SELECT 9 UNION ALL SELECT 10 UNION ALL SELECT 11 UNION ALL SELECT 12
    UNION ALL SELECT 13 UNION ALL SELECT 14 UNION ALL SELECT 15 UNION ALL SELECT 16
    UNION ALL SELECT 17 UNION ALL SELECT 18 UNION ALL SELECT 19 UNION ALL SELECT 20
),

wanted AS (
    SELECT
        u.*,
        p.point,
        CASE
            WHEN p.point = 0 THEN LEAST(10, u.n_groups)
            ELSE CAST(CEIL(u.n_groups * p.point / 20.0) AS BIGINT)
        END AS n_top
    FROM unit AS u
    CROSS JOIN point AS p
),

final AS (
    SELECT
        CAST(param.month AS INT) AS month,
        w.level,
        w.city_code,
        w.county_code,
        '*' AS account_manager_code,
        CAST(w.point AS SMALLINT) AS point,
        CAST(w.n_groups AS BIGINT) AS n_groups,
        CAST(w.n_top AS BIGINT) AS n_top,
        CAST(w.income_li AS BIGINT) AS income_li,
        CAST(r.top_li AS BIGINT) AS top_li
    FROM wanted AS w
    CROSS JOIN param
    JOIN ranked AS r
        ON r.level = w.level
        AND r.city_code = w.city_code
        AND r.county_code = w.county_code
        AND r.place = w.n_top
)

SELECT * FROM final
