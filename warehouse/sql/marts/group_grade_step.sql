-- Where each group's effective grade 生效等级 came from and went to since the earlier published month:
-- every group of that month or of this one, once. 'new' stands for no row before, 'exit' for no row
-- now; an exited group belongs to whoever this month's list says, else to its last owner.
WITH stayed AS (
    SELECT
        group_code,
        name,
        city_code,
        county_code,
        account_manager_code,
        industry_code,
        CASE WHEN COALESCE(prev_effective_grade, '') = '' THEN 'new' ELSE prev_effective_grade END
            AS from_grade,
        effective_grade AS to_grade,
        CASE WHEN grade_way = '' THEN 'same' ELSE grade_way END AS way,
        prev_score,
        score,
        total_income_li
    FROM group_result
),

gone AS (
    SELECT
        e.group_code,
        e.name,
        COALESCE(g.city_code, e.city_code) AS city_code,
        COALESCE(g.county_code, e.county_code) AS county_code,
        COALESCE(g.account_manager_code, e.account_manager_code) AS account_manager_code,
        e.industry_code,
        COALESCE(a.grade, e.effective_grade) AS from_grade,
        'exit' AS to_grade,
        'exit' AS way,
        e.score AS prev_score,
        CAST(NULL AS DOUBLE) AS score,
        e.total_income_li
    FROM earlier_group_result AS e
    LEFT JOIN group_month AS g ON g.group_code = e.group_code
    LEFT JOIN group_approved_before AS a ON a.group_code = e.group_code
    WHERE NOT EXISTS (SELECT 1 FROM group_result AS r WHERE r.group_code = e.group_code)
),

final AS (
    SELECT * FROM stayed
    UNION ALL
    SELECT * FROM gone
)

SELECT * FROM final
