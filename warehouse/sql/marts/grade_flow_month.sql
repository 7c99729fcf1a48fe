-- How many groups went from which grade to which, by unit and way 等级变动; unchanged ones too, so
-- that a row of the matrix has its whole. The account manager stands within a county.
WITH placed AS (
    SELECT
        'province' AS level,
        '*' AS city_code,
        '*' AS county_code,
        '*' AS account_manager_code,
        from_grade,
        to_grade,
        way
    FROM group_grade_step
    UNION ALL
    SELECT
        'city' AS level,
        city_code,
        '*' AS county_code,
        '*' AS account_manager_code,
        from_grade,
        to_grade,
        way
    FROM group_grade_step
    UNION ALL
    SELECT
        'county' AS level,
        city_code,
        county_code,
        '*' AS account_manager_code,
        from_grade,
        to_grade,
        way
    FROM group_grade_step
    UNION ALL
    SELECT
        'account_manager' AS level,
        city_code,
        county_code,
        account_manager_code,
        from_grade,
        to_grade,
        way
    FROM group_grade_step
),

counted AS (
    SELECT
        level,
        city_code,
        county_code,
        account_manager_code,
        from_grade,
        to_grade,
        way,
        COUNT(*) AS n_groups
    FROM placed
    GROUP BY level, city_code, county_code, account_manager_code, from_grade, to_grade, way
),

final AS (
    SELECT
        CAST(param.month AS INT) AS month,
        CAST(NULLIF(param.from_month, 0) AS INT) AS from_month,
        c.level,
        c.city_code,
        c.county_code,
        c.account_manager_code,
        c.from_grade,
        c.to_grade,
        c.way,
        CAST(c.n_groups AS BIGINT) AS n_groups
    FROM counted AS c
    CROSS JOIN param
)

SELECT * FROM final
