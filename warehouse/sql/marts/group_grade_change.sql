-- The groups whose effective grade changed 等级变动, first ratings and exits among them.
WITH final AS (
    SELECT
        CAST(param.month AS INT) AS month,
        CAST(NULLIF(param.from_month, 0) AS INT) AS from_month,
        s.group_code,
        s.name,
        s.city_code,
        s.county_code,
        s.account_manager_code,
        s.industry_code,
        s.from_grade,
        s.to_grade,
        s.way,
        s.prev_score,
        s.score,
        s.total_income_li
    FROM group_grade_step AS s
    CROSS JOIN param
    WHERE s.way <> 'same'
)

SELECT * FROM final
