-- What each group adds to the totals of its units. Only shown groups count, except that last month's
-- figures, losses and the fixed snapshot base include the groups lost since. Scores become integers
-- (1e-6 points), because a sum of floats would depend on the number of threads.
WITH judged AS (
    SELECT
        g.*,
        COALESCE(r.effective_grade, 'NR') AS grade,
        COALESCE(r.suggested_grade, 'NR') AS suggested_grade,
        COALESCE(r.prev_effective_grade, '') AS prev_grade,
        r.score,
        a.state_evaluable,
        a.state_fired,
        a.call_evaluable,
        a.call_fired,
        a.fired,
        CASE WHEN g.excluded_reason = '' THEN 1 ELSE 0 END AS shown,
        CASE WHEN g.excluded_reason = 'test_group' THEN 0 ELSE 1 END AS in_base,
        CAST(FLOOR(CASE WHEN r.score >= 100 THEN 99 ELSE r.score END / 5) AS INT) AS score_band,
        CASE r.effective_grade
            WHEN 'A1' THEN 5
            WHEN 'A2' THEN 4
            WHEN 'B1' THEN 3
            WHEN 'B2' THEN 2
            WHEN 'C' THEN 1
        END AS grade_rank,
        CASE r.prev_effective_grade
            WHEN 'A1' THEN 5
            WHEN 'A2' THEN 4
            WHEN 'B1' THEN 3
            WHEN 'B2' THEN 2
            WHEN 'C' THEN 1
        END AS prev_grade_rank
    FROM group_month AS g
    LEFT JOIN group_result AS r ON r.group_code = g.group_code
    LEFT JOIN group_alert AS a ON a.group_code = g.group_code
),

final AS (
    SELECT
        city_code,
        county_code,
        account_manager_code,
        industry_code,
        grade,
        size_band,
        shown AS n_groups,
        shown * is_arrived AS n_arrived,
        shown * is_silent AS n_silent,
        is_new AS n_new,
        is_lost AS n_lost_groups,
        is_returned AS n_returned,
        CASE WHEN shown = 1 AND n_members = 0 THEN 1 ELSE 0 END AS n_no_member,
        CASE WHEN shown = 1 AND n_members BETWEEN 1 AND param.few_members THEN 1 ELSE 0 END
            AS n_few_member,
        CASE
            WHEN n_valid IS NULL THEN NULL
            WHEN shown = 1 AND n_members > 0 AND n_valid = 0 THEN 1
            ELSE 0
        END AS n_no_valid_member,
        shown * n_members AS n_members,
        n_members_prev,
        n_off_net,
        shown * n_cancelled AS n_cancelled,
        n_left_group,
        shown * n_joined AS n_joined,
        shown * n_valid AS n_valid,
        shown * n_vnet AS n_vnet,
        shown * n_key AS n_key,
        shown * n_active AS n_active,
        shown * n_stop_one_way AS n_stop_one_way,
        shown * n_stop_two_way AS n_stop_two_way,
        shown * n_arrears_stop AS n_arrears_stop,
        shown * n_lost AS n_lost,
        shown * n_pre_cancel AS n_pre_cancel,
        shown * n_silent_members AS n_silent_members,
        shown * n_no_use AS n_no_use,
        shown * n_duplicates AS n_duplicates,
        in_base * n_snapshot_base AS n_snapshot_base,
        shown * n_snapshot_kept AS n_snapshot_kept,
        shown * tenure_months_sum AS tenure_months_sum,
        shown * n_tenure AS n_tenure,
        shown * roaming_li AS roaming_li,
        shown * new_business_li AS new_business_li,
        shown * long_distance_li AS long_distance_li,
        shown * local_li AS local_li,
        shown * package_li AS package_li,
        shown * other_li AS other_li,
        shown * paid_by_group_li AS paid_by_group_li,
        shown * personal_bill_li AS personal_bill_li,
        shown * unified_pay_li AS unified_pay_li,
        shown * total_income_li AS total_income_li,
        shown * ict_li AS ict_li,
        shown * unified_ict_li AS unified_ict_li,
        shown * personal_ict_li AS personal_ict_li,
        shown * outsider_ict_li AS outsider_ict_li,
        shown * outsider_li AS outsider_li,
        shown * member_subscription_li AS member_subscription_li,
        shown * standard_income_li AS standard_income_li,
        shown * application_income_li AS application_income_li,
        income_prev_li,
        shown * income_3m_li AS income_3m_li,
        shown * n_products AS n_products,
        shown * n_ict_products AS n_ict_products,
        shown * n_orders AS n_orders,
        shown * switchboard_users AS switchboard_users,
        shown * ringback_users AS ringback_users,
        shown * sms_users AS sms_users,
        shown * school_users AS school_users,
        shown * bank_users AS bank_users,
        shown * police_users AS police_users,
        shown * agri_users AS agri_users,
        shown * mo_minutes_milli AS mo_minutes_milli,
        shown * mt_minutes_milli AS mt_minutes_milli,
        shown * data_mb_milli AS data_mb_milli,
        shown * calls AS calls,
        shown * sms AS sms,
        shown * arrears_li AS arrears_li,
        CASE WHEN shown = 1 THEN CAST(ROUND(score * 1000000) AS BIGINT) END AS score_micro,
        CASE WHEN shown = 1 AND score IS NOT NULL THEN 1 ELSE 0 END AS n_rated,
        CASE WHEN shown = 1 AND score_band = 0 THEN 1 ELSE 0 END AS score_band_00,
        CASE WHEN shown = 1 AND score_band = 1 THEN 1 ELSE 0 END AS score_band_01,
        CASE WHEN shown = 1 AND score_band = 2 THEN 1 ELSE 0 END AS score_band_02,
        CASE WHEN shown = 1 AND score_band = 3 THEN 1 ELSE 0 END AS score_band_03,
        CASE WHEN shown = 1 AND score_band = 4 THEN 1 ELSE 0 END AS score_band_04,
        CASE WHEN shown = 1 AND score_band = 5 THEN 1 ELSE 0 END AS score_band_05,
        CASE WHEN shown = 1 AND score_band = 6 THEN 1 ELSE 0 END AS score_band_06,
        CASE WHEN shown = 1 AND score_band = 7 THEN 1 ELSE 0 END AS score_band_07,
        CASE WHEN shown = 1 AND score_band = 8 THEN 1 ELSE 0 END AS score_band_08,
        CASE WHEN shown = 1 AND score_band = 9 THEN 1 ELSE 0 END AS score_band_09,
        CASE WHEN shown = 1 AND score_band = 10 THEN 1 ELSE 0 END AS score_band_10,
        CASE WHEN shown = 1 AND score_band = 11 THEN 1 ELSE 0 END AS score_band_11,
        CASE WHEN shown = 1 AND score_band = 12 THEN 1 ELSE 0 END AS score_band_12,
        CASE WHEN shown = 1 AND score_band = 13 THEN 1 ELSE 0 END AS score_band_13,
        CASE WHEN shown = 1 AND score_band = 14 THEN 1 ELSE 0 END AS score_band_14,
        CASE WHEN shown = 1 AND score_band = 15 THEN 1 ELSE 0 END AS score_band_15,
        CASE WHEN shown = 1 AND score_band = 16 THEN 1 ELSE 0 END AS score_band_16,
        CASE WHEN shown = 1 AND score_band = 17 THEN 1 ELSE 0 END AS score_band_17,
        CASE WHEN shown = 1 AND score_band = 18 THEN 1 ELSE 0 END AS score_band_18,
        CASE WHEN shown = 1 AND score_band = 19 THEN 1 ELSE 0 END AS score_band_19,
        CASE WHEN shown = 1 AND grade = 'A1' THEN 1 ELSE 0 END AS n_effective_a1,
        CASE WHEN shown = 1 AND grade = 'A2' THEN 1 ELSE 0 END AS n_effective_a2,
        CASE WHEN shown = 1 AND grade = 'B1' THEN 1 ELSE 0 END AS n_effective_b1,
        CASE WHEN shown = 1 AND grade = 'B2' THEN 1 ELSE 0 END AS n_effective_b2,
        CASE WHEN shown = 1 AND grade = 'C' THEN 1 ELSE 0 END AS n_effective_c,
        CASE WHEN shown = 1 AND grade = 'NR' THEN 1 ELSE 0 END AS n_effective_nr,
        CASE WHEN shown = 1 AND suggested_grade = 'A1' THEN 1 ELSE 0 END AS n_suggested_a1,
        CASE WHEN shown = 1 AND suggested_grade = 'A2' THEN 1 ELSE 0 END AS n_suggested_a2,
        CASE WHEN shown = 1 AND suggested_grade = 'B1' THEN 1 ELSE 0 END AS n_suggested_b1,
        CASE WHEN shown = 1 AND suggested_grade = 'B2' THEN 1 ELSE 0 END AS n_suggested_b2,
        CASE WHEN shown = 1 AND suggested_grade = 'C' THEN 1 ELSE 0 END AS n_suggested_c,
        CASE WHEN shown = 1 AND suggested_grade = 'NR' THEN 1 ELSE 0 END AS n_suggested_nr,
        CASE WHEN shown = 1 AND grade_rank > prev_grade_rank THEN 1 ELSE 0 END AS n_up,
        CASE WHEN shown = 1 AND grade_rank < prev_grade_rank THEN 1 ELSE 0 END AS n_down,
        CASE
            WHEN shown = 1 AND grade_rank >= 4 AND prev_grade <> '' AND COALESCE(prev_grade_rank, 0) < 4
                THEN 1
            ELSE 0
        END AS n_into_a,
        CASE
            WHEN shown = 1 AND prev_grade_rank >= 4 AND COALESCE(grade_rank, 0) < 4 THEN 1
            ELSE 0
        END AS n_out_of_a,
        CASE WHEN param.has_alerts = 1 THEN COALESCE(state_evaluable, 0) END AS n_state_evaluable,
        CASE WHEN param.has_alerts = 1 THEN COALESCE(state_fired, 0) END AS n_state_abnormal,
        CASE WHEN param.has_alerts = 1 THEN COALESCE(call_evaluable, 0) END AS n_call_evaluable,
        CASE WHEN param.has_alerts = 1 THEN COALESCE(call_fired, 0) END AS n_call_abnormal,
        CASE WHEN param.has_alerts = 1 THEN COALESCE(fired, 0) END AS n_abnormal_groups
    FROM judged
    CROSS JOIN param
)

SELECT * FROM final
