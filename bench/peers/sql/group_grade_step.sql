CREATE TABLE group_grade_step AS
SELECT
    group_code, name, city_code, county_code, account_manager_code, industry_code,
    CASE WHEN prev_effective_grade = '' THEN 'new' ELSE prev_effective_grade END AS from_grade,
    effective_grade AS to_grade,
    CASE WHEN grade_way = '' THEN 'same' ELSE grade_way END AS way,
    prev_score, score, total_income_li, $month AS month, $month - 1 AS from_month
FROM group_result
UNION ALL
SELECT
    e.group_code, e.name, COALESCE(g.city_code, e.city_code),
    COALESCE(g.county_code, e.county_code),
    COALESCE(g.account_manager_code, e.account_manager_code), e.industry_code,
    COALESCE(b.grade, e.effective_grade), 'exit', 'exit', e.score, NULL, e.total_income_li, $month, $month - 1
FROM earlier_group_result AS e
LEFT JOIN group_month AS g USING (group_code)
LEFT JOIN approved_before AS b ON b.group_code = e.group_code
WHERE NOT EXISTS (SELECT 1 FROM group_result AS r WHERE r.group_code = e.group_code)
