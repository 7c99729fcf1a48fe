WITH ranked AS (
    SELECT CASE WHEN u.county_code IS NOT NULL THEN 'county' WHEN u.city_code IS NOT NULL THEN 'city'
            ELSE 'province' END AS level, COALESCE(u.city_code, '*') AS city_code,
        COALESCE(u.county_code, '*') AS county_code, total_income_li AS income_li, group_code
    FROM group_month AS g
    CROSS JOIN LATERAL (VALUES (NULL, NULL), (g.city_code, NULL), (g.city_code, g.county_code))
        AS u (city_code, county_code)
    WHERE excluded_reason = ''
),

placed AS (
    SELECT *,
        row_number() OVER down AS place,
        SUM(income_li) OVER (down ROWS UNBOUNDED PRECEDING) AS top_li,
        COUNT(*) OVER unit AS n_groups,
        SUM(income_li) OVER unit AS unit_li
    FROM ranked
    WINDOW unit AS (PARTITION BY level, city_code, county_code),
        down AS (unit ORDER BY income_li DESC, group_code COLLATE "C")
)

SELECT $month AS month, level, city_code, county_code, '*' AS account_manager_code, point, n_groups,
    place AS n_top, unit_li AS income_li, top_li
FROM placed
CROSS JOIN generate_series(0, 20) AS point
WHERE place = CASE WHEN point = 0 THEN least(10, n_groups) ELSE ceil(n_groups * point / 20.0) END
