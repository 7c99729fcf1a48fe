-- One row a group and rule that fired.
WITH known AS (
    SELECT e.*, t.*, a.state_by_share, a.state_by_jump, a.call_dropped, a.call_rose, a.call_silent,
        a.silent_share AS quiet_share,
        1 - e.unified_pay_li / nullif(greatest(e.unified_prev_li, 0), 0)::float8 AS fall,
        COALESCE(e.arrears_months, CASE WHEN e.arrears_li > 0 THEN 1 END) AS owed_months
    FROM group_evidence AS e
    JOIN (SELECT group_code, state_by_share, state_by_jump, call_dropped, call_rose, call_silent,
        silent_share FROM group_alert) AS a USING (group_code)
    JOIN (SELECT class, state_share AS state_share_limit, state_jump, call_change, silent_share,
        grade_steps AS steps_limit, unified_fall, contract_days AS days_limit, ict_products,
        arrears_months AS arrears_limit FROM threshold) AS t
        ON t.class = class_of(e.effective_grade)
)

SELECT k.*, f.*, s.source AS threshold_source
FROM known AS k
CROSS JOIN LATERAL (VALUES
    ('state_share', 2, state_by_share = 1, state_share, state_median, state_share_limit,
        'state_share', jsonb_build_object('n_abnormal', n_abnormal, 'state_base', state_base,
            'state_lower', state_lower)),
    ('state_jump', 1, state_by_jump = 1, state_share - state_median, state_median, state_jump,
        'state_jump', jsonb_build_object('n_abnormal', n_abnormal, 'state_base', state_base,
            'state_share', state_share)),
    ('call_drop', 2, call_dropped = 1, 1 - call_level / nullif(call_median, 0), call_median,
        call_change, 'call_change', jsonb_build_object('call_level', call_level, 'call_z', call_z)),
    ('call_rise', 1, call_rose = 1, call_level / nullif(call_median, 0) - 1, call_median,
        call_change, 'call_change', jsonb_build_object('call_level', call_level, 'call_z', call_z)),
    ('call_silence', 2, call_silent = 1, quiet_share, NULL, silent_share, 'silent_share',
        jsonb_build_object('n_silent_members', n_silent_members, 'n_members', n_members)),
    ('grade_fall', 2, grade_steps >= steps_limit, grade_steps, NULL, steps_limit, 'grade_steps',
        jsonb_build_object('prev_effective_grade', prev_effective_grade, 'effective_grade',
            effective_grade, 'prev_suggested_grade', prev_suggested_grade, 'suggested_grade',
            suggested_grade)),
    ('unified_fall', 3, fall >= unified_fall, fall, unified_prev_li, unified_fall, 'unified_fall',
        jsonb_build_object('unified_pay_li', unified_pay_li, 'unified_prev_li', unified_prev_li)),
    ('contract_end', 1, contract_days BETWEEN 0 AND days_limit, contract_days, NULL, days_limit,
        'contract_days', jsonb_build_object('contract_end', $last_day + contract_days)),
    ('ict_stopped', 3, n_ict_stopped >= ict_products AND n_ict_stopped > 0, n_ict_stopped,
        n_ict_before, ict_products, 'ict_products', jsonb_build_object('products',
            string_to_array(ict_stopped, ' '), 'n_ict_before', n_ict_before)),
    ('arrears', 2, arrears_li > 0 AND owed_months >= arrears_limit, owed_months, NULL,
        arrears_limit, 'arrears_months', jsonb_build_object('arrears_li', arrears_li))
) AS f (rule, weight, fires, value, reference, threshold, code, detail)
JOIN threshold_source AS s ON s.class = k.class AND s.code = f.code
WHERE f.fires
