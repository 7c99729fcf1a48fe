-- The facts: one row a group and month 集团月度事实. A figure whose kind, column or history is
-- missing is null, never 0; a group without rows of a kind that came in has 0.
WITH known AS (
    SELECT
        COALESCE(MAX(known_vnet), 0) > 0 AS vnet,
        COALESCE(MAX(known_key), 0) > 0 AS key_members,
        COALESCE(MAX(known_voice), 0) > 0 AS voice,
        COALESCE(MAX(known_voice + known_data_or_sms), 0) > 0 AS usage,
        COALESCE(MAX(n_tenure), 0) > 0 AS tenure,
        COUNT(package_li) > 0 AS package,
        COUNT(other_li) > 0 AS other,
        COUNT(paid_by_group_li) > 0 AS paid_by_group,
        COUNT(mo_minutes_milli) > 0 AS mo_minutes,
        COUNT(mt_minutes_milli) > 0 AS mt_minutes,
        COUNT(data_mb_milli) > 0 AS data_mb,
        COUNT(calls) > 0 AS calls,
        COUNT(sms) > 0 AS sms
    FROM group_member
),

cohort AS (
    SELECT COALESCE(MAX(snapshot_cohort), '') AS name FROM group_snapshot
),

joined AS (
    SELECT
        g.*,
        COALESCE(m.n_members, 0) AS n_members,
        CASE WHEN param.has_previous = 1 THEN COALESCE(f.n_members_prev, 0) END AS n_members_prev,
        CASE WHEN param.has_previous = 1 THEN COALESCE(f.n_off_net, 0) END AS n_off_net,
        CASE WHEN param.has_previous = 1 THEN COALESCE(f.n_gone, 0) END AS n_gone,
        COALESCE(m.n_cancelled, 0) AS n_cancelled,
        CASE WHEN known.usage THEN COALESCE(m.n_valid, 0) END AS n_valid,
        CASE WHEN known.vnet THEN COALESCE(m.n_vnet, 0) END AS n_vnet,
        CASE WHEN known.key_members THEN COALESCE(m.n_key, 0) END AS n_key,
        COALESCE(m.n_active, 0) AS n_active,
        COALESCE(m.n_stop_one_way, 0) AS n_stop_one_way,
        COALESCE(m.n_stop_two_way, 0) AS n_stop_two_way,
        COALESCE(m.n_arrears_stop, 0) AS n_arrears_stop,
        COALESCE(m.n_lost, 0) AS n_lost,
        COALESCE(m.n_pre_cancel, 0) AS n_pre_cancel,
        CASE WHEN known.voice THEN COALESCE(m.n_silent_members, 0) END AS n_silent_members,
        CASE WHEN known.usage THEN COALESCE(m.n_no_use, 0) END AS n_no_use,
        COALESCE(d.n_duplicates, 0) AS n_duplicates,
        CASE
            WHEN cohort.name = '' THEN NULL
            WHEN param.cohort_before = cohort.name THEN COALESCE(h.n_snapshot_base, 0)
            ELSE COALESCE(s.n_in_cohort, 0)
        END AS n_snapshot_base,
        CASE WHEN cohort.name <> '' THEN COALESCE(s.n_kept, 0) END AS n_snapshot_kept,
        cohort.name AS snapshot_cohort,
        CASE WHEN known.tenure THEN COALESCE(m.tenure_months_sum, 0) END AS tenure_months_sum,
        CASE WHEN known.tenure THEN COALESCE(m.n_tenure, 0) END AS n_tenure,
        m.tenure_median,
        COALESCE(m.roaming_li, 0) AS roaming_li,
        COALESCE(m.new_business_li, 0) AS new_business_li,
        COALESCE(m.long_distance_li, 0) AS long_distance_li,
        COALESCE(m.local_li, 0) AS local_li,
        CASE WHEN known.package THEN COALESCE(m.package_li, 0) END AS package_li,
        CASE WHEN known.other THEN COALESCE(m.other_li, 0) END AS other_li,
        CASE WHEN known.paid_by_group THEN COALESCE(m.paid_by_group_li, 0) END AS paid_by_group_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(i.unified_pay_li, 0) END AS unified_pay_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(i.unified_ict_li, 0) END AS unified_ict_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(i.personal_ict_li, 0) END AS personal_ict_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(i.outsider_ict_li, 0) END AS outsider_ict_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(i.outsider_li, 0) END AS outsider_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(i.member_subscription_li, 0) END
            AS member_subscription_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(i.standard_income_li, 0) END
            AS standard_income_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(i.application_income_li, 0) END
            AS application_income_li,
        CASE WHEN param.has_previous = 1 THEN COALESCE(h.income_prev_li, 0) END AS income_prev_li,
        COALESCE(h.income_2m_li, 0) AS income_2m_li,
        COALESCE(h.known_income_2m_li, 0) AS known_income_2m_li,
        CASE WHEN param.has_orders + param.has_users > 0 THEN COALESCE(i.n_products, 0) END
            AS n_products,
        CASE WHEN param.has_orders + param.has_users > 0 THEN COALESCE(i.n_ict_products, 0) END
            AS n_ict_products,
        CASE WHEN param.has_orders = 1 THEN COALESCE(i.n_orders, 0) END AS n_orders,
        CASE WHEN param.has_users = 1 THEN COALESCE(i.switchboard_users, 0) END
            AS switchboard_users,
        CASE WHEN param.has_users = 1 THEN COALESCE(i.ringback_users, 0) END AS ringback_users,
        CASE WHEN param.has_users = 1 THEN COALESCE(i.sms_users, 0) END AS sms_users,
        CASE WHEN param.has_users = 1 THEN COALESCE(i.school_users, 0) END AS school_users,
        CASE WHEN param.has_users = 1 THEN COALESCE(i.bank_users, 0) END AS bank_users,
        CASE WHEN param.has_users = 1 THEN COALESCE(i.police_users, 0) END AS police_users,
        CASE WHEN param.has_users = 1 THEN COALESCE(i.agri_users, 0) END AS agri_users,
        CASE WHEN known.mo_minutes THEN COALESCE(m.mo_minutes_milli, 0) END AS mo_minutes_milli,
        CASE WHEN known.mt_minutes THEN COALESCE(m.mt_minutes_milli, 0) END AS mt_minutes_milli,
        CASE WHEN known.data_mb THEN COALESCE(m.data_mb_milli, 0) END AS data_mb_milli,
        CASE WHEN known.calls THEN COALESCE(m.calls, 0) END AS calls,
        CASE WHEN known.sms THEN COALESCE(m.sms, 0) END AS sms,
        COALESCE(h.was_on_net, 0) AS was_on_net,
        COALESCE(h.was_on_net_before, 0) AS was_on_net_before,
        CASE WHEN g.excluded_reason = '' THEN 1 ELSE 0 END AS is_on_net,
        param.month,
        param.has_previous
    FROM group_dim AS g
    CROSS JOIN param
    CROSS JOIN known
    CROSS JOIN cohort
    LEFT JOIN group_member AS m ON m.group_code = g.group_code
    LEFT JOIN group_flow AS f ON f.group_code = g.group_code
    LEFT JOIN group_snapshot AS s ON s.group_code = g.group_code
    LEFT JOIN group_income AS i ON i.group_code = g.group_code
    LEFT JOIN group_history AS h ON h.group_code = g.group_code
    LEFT JOIN (
        SELECT group_code, COUNT(*) AS n_duplicates FROM member_duplicate GROUP BY group_code
    ) AS d ON d.group_code = g.group_code
),

summed AS (
    SELECT
        j.*,
        roaming_li + new_business_li + long_distance_li + local_li
            + COALESCE(package_li, 0) + COALESCE(other_li, 0) - COALESCE(paid_by_group_li, 0)
            AS personal_bill_li,
        unified_ict_li + personal_ict_li + outsider_ict_li AS ict_li
    FROM joined AS j
),

judged AS (
    SELECT
        s.*,
        unified_pay_li + personal_bill_li AS total_income_li,
        CASE
            WHEN is_on_net = 1
                AND COALESCE(unified_pay_li, 0) + personal_bill_li + known_income_2m_li > 0 THEN 1
            ELSE 0
        END AS is_arrived
    FROM summed AS s
),

final AS (
    SELECT
        CAST(month AS INT) AS month,
        group_code,
        name,
        status,
        city_code,
        county_code,
        account_manager_code,
        grid_code,
        industry_code,
        CASE
            WHEN n_members = 0 THEN 0
            WHEN n_members < 10 THEN 1
            WHEN n_members < 50 THEN 2
            WHEN n_members < 200 THEN 3
            WHEN n_members < 1000 THEN 4
            ELSE 5
        END AS size_band,
        employees,
        influence,
        tax_score,
        informatisation_level,
        contract_start,
        contract_end,
        CASE
            WHEN year(contract_start) * 12 + month(contract_start) > month THEN 0
            ELSE month - (year(contract_start) * 12 + month(contract_start))
        END AS contract_tenure_months,
        created_month,
        current_grade,
        grade_floor,
        successor_code,
        excluded_reason,
        is_on_net,
        is_arrived,
        is_on_net - is_arrived AS is_silent,
        CASE
            WHEN has_previous = 0 THEN NULL
            WHEN is_on_net = 1 AND was_on_net = 0 AND was_on_net_before = 0 THEN 1
            ELSE 0
        END AS is_new,
        CASE
            WHEN has_previous = 0 THEN NULL
            WHEN is_on_net = 0 AND was_on_net = 1 THEN 1
            ELSE 0
        END AS is_lost,
        CASE
            WHEN has_previous = 0 THEN NULL
            WHEN is_on_net = 1 AND was_on_net = 0 AND was_on_net_before = 1 THEN 1
            ELSE 0
        END AS is_returned,
        snapshot_cohort,
        n_members,
        n_members_prev,
        n_off_net,
        n_cancelled,
        n_gone - n_off_net AS n_left_group,
        CASE WHEN is_on_net = 1 THEN n_members - n_members_prev + n_gone ELSE 0 * n_gone END
            AS n_joined,
        n_valid,
        n_vnet,
        n_key,
        n_active,
        n_stop_one_way,
        n_stop_two_way,
        n_arrears_stop,
        n_lost,
        n_pre_cancel,
        n_silent_members,
        n_no_use,
        n_duplicates,
        n_snapshot_base,
        n_snapshot_kept,
        tenure_months_sum,
        n_tenure,
        tenure_median,
        roaming_li,
        new_business_li,
        long_distance_li,
        local_li,
        package_li,
        other_li,
        paid_by_group_li,
        personal_bill_li,
        unified_pay_li,
        total_income_li,
        ict_li,
        unified_ict_li,
        personal_ict_li,
        outsider_ict_li,
        outsider_li,
        member_subscription_li,
        standard_income_li,
        application_income_li,
        income_prev_li,
        total_income_li + income_2m_li AS income_3m_li,
        n_products,
        n_ict_products,
        n_orders,
        switchboard_users,
        ringback_users,
        sms_users,
        school_users,
        bank_users,
        police_users,
        agri_users,
        mo_minutes_milli,
        mt_minutes_milli,
        data_mb_milli,
        calls,
        sms,
        arrears_li,
        arrears_months
    FROM judged
)

SELECT * FROM final
