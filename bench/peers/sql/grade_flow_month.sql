SELECT month, from_month, $level AS level, COALESCE(city_code, '*') AS city_code,
    COALESCE(county_code, '*') AS county_code,
    COALESCE(account_manager_code, '*') AS account_manager_code, from_grade, to_grade, way,
    COUNT(*) AS n_groups
FROM group_grade_step
GROUP BY month, from_month, from_grade, to_grade, way, ROLLUP (city_code, county_code, account_manager_code)
