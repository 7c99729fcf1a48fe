WITH stopped AS (
    SELECT p.group_code, COUNT(*) AS n_before,
        COUNT(*) FILTER (WHERE n.product_code IS NULL) AS n_stopped,
        string_agg(p.product_code, ' ' ORDER BY p.product_code COLLATE "C")
            FILTER (WHERE n.product_code IS NULL) AS products
    FROM earlier_group_product_month AS p
    JOIN product_dim AS d ON d.product_code = p.product_code AND d.ict_scope <> 'none'
    LEFT JOIN group_product AS n
        ON n.group_code = p.group_code AND n.product_code = p.product_code AND n.is_used
    WHERE COALESCE(p.n_orders, 0) > 0 OR COALESCE(p.users, 0) > 0
    GROUP BY p.group_code
)

SELECT
    a.month, a.group_code, a.name, a.city_code, a.county_code, a.account_manager_code,
    a.industry_code, a.size_band, a.n_members, a.total_income_li, a.effective_grade, a.n_abnormal,
    a.state_base, a.state_share, a.state_lower, a.state_median, a.n_call_history, a.call_level,
    a.call_median, a.n_silent_members,
    r.suggested_grade, r.prev_effective_grade, r.prev_suggested_grade,
    greatest(
        CASE WHEN r.effective_grade <> 'NR' AND rank_of(r.prev_effective_grade) < 5
            THEN rank_of(r.effective_grade) - rank_of(r.prev_effective_grade) END,
        CASE WHEN r.suggested_grade <> 'NR' AND rank_of(r.prev_suggested_grade) < 5
            THEN rank_of(r.suggested_grade) - rank_of(r.prev_suggested_grade) END
    ) AS grade_steps,
    CASE WHEN call_z IS NOT NULL THEN call_z WHEN call_level > call_median THEN 'infinity'
        WHEN call_level < call_median THEN '-infinity' END AS call_z,
    g.unified_pay_li, h.unified_pay_li AS unified_prev_li, g.contract_end - $last_day AS contract_days,
    COALESCE(s.n_before, 0) AS n_ict_before, COALESCE(s.n_stopped, 0) AS n_ict_stopped,
    COALESCE(s.products, '') AS ict_stopped, g.arrears_li, g.arrears_months
FROM group_alert AS a
JOIN group_result AS r USING (group_code)
JOIN group_month AS g USING (group_code)
LEFT JOIN earlier_group_month AS h
    ON h.group_code = a.group_code AND h.month = $month - 1 AND h.excluded_reason = ''
    AND h.is_on_net = 1
LEFT JOIN stopped AS s ON s.group_code = a.group_code
