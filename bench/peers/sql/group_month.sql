-- The facts: one row a group and month.
WITH cohort AS (
    SELECT
        COALESCE((SELECT MAX(snapshot_cohort) FROM group_snapshot), '') AS name,
        COALESCE((
            SELECT MAX(snapshot_cohort) FROM earlier_group_month WHERE month = $month - 1
        ), '') AS before
),

doubled AS (
    SELECT group_code, COUNT(*) AS n_duplicates FROM member_duplicate GROUP BY group_code
),

joined AS (
    SELECT
        g.*,
        f.n_gone,
        m.n_members, f.n_members_prev, f.n_off_net, m.n_cancelled, m.n_valid, m.n_vnet, m.n_key,
        m.n_active, m.n_stop_one_way, m.n_stop_two_way, m.n_arrears_stop, m.n_lost, m.n_pre_cancel,
        m.n_silent_members, m.n_no_use, d.n_duplicates,
        CASE
            WHEN c.name = '' THEN NULL
            WHEN c.before = c.name THEN COALESCE(h.n_snapshot_base, 0)
            ELSE COALESCE(s.n_in_cohort, 0)
        END AS n_snapshot_base,
        CASE WHEN c.name <> '' THEN COALESCE(s.n_kept, 0) END AS n_snapshot_kept,
        c.name AS snapshot_cohort,
        m.tenure_months_sum, m.n_tenure, t.tenure_median,
        m.roaming_li, m.new_business_li, m.long_distance_li, m.local_li, m.package_li, m.other_li,
        m.paid_by_group_li, m.mo_minutes_milli, m.mt_minutes_milli, m.data_mb_milli, m.calls, m.sms,
        i.unified_pay_li, i.unified_ict_li, i.personal_ict_li, i.outsider_ict_li, i.outsider_li,
        i.member_subscription_li, i.standard_income_li, i.application_income_li, i.n_products,
        i.n_ict_products, i.n_orders, i.switchboard_users, i.ringback_users, i.sms_users,
        i.school_users, i.bank_users, i.police_users, i.agri_users,
        h.income_prev_li, h.income_2m_li, h.known_income_2m_li,
        COALESCE(h.was_on_net, FALSE) AS was_on_net,
        COALESCE(h.was_on_net_before, FALSE) AS was_on_net_before,
        (g.excluded_reason = '')::int AS is_on_net
    FROM group_dim AS g
    CROSS JOIN cohort AS c
    LEFT JOIN group_member AS m USING (group_code)
    LEFT JOIN group_tenure AS t USING (group_code)
    LEFT JOIN group_flow AS f USING (group_code)
    LEFT JOIN group_snapshot AS s USING (group_code)
    LEFT JOIN group_income AS i USING (group_code)
    LEFT JOIN group_history AS h USING (group_code)
    LEFT JOIN doubled AS d USING (group_code)
),

filled AS (
    SELECT $filled, $kept, n_gone, income_2m_li, known_income_2m_li, was_on_net, was_on_net_before
    FROM joined
),

summed AS (
    SELECT
        *,
        roaming_li + new_business_li + long_distance_li + local_li + package_li + other_li
            - paid_by_group_li AS personal_bill_li,
        unified_ict_li + personal_ict_li + outsider_ict_li AS ict_li
    FROM filled
),

judged AS (
    SELECT
        *,
        unified_pay_li + personal_bill_li AS total_income_li,
        (is_on_net = 1
            AND unified_pay_li + personal_bill_li + COALESCE(known_income_2m_li, 0) > 0)::int
            AS is_arrived
    FROM summed
)

SELECT
    *,
    $month AS month,
    CASE
        WHEN n_members = 0 THEN 0 WHEN n_members < 10 THEN 1 WHEN n_members < 50 THEN 2
        WHEN n_members < 200 THEN 3 WHEN n_members < 1000 THEN 4 ELSE 5
    END AS size_band,
    greatest($month - month_of(contract_start), CASE WHEN contract_start IS NOT NULL THEN 0 END)
        AS contract_tenure_months,
    is_on_net - is_arrived AS is_silent,
    (is_on_net = 1 AND NOT was_on_net AND NOT was_on_net_before)::int AS is_new,
    (is_on_net = 0 AND was_on_net)::int AS is_lost,
    (is_on_net = 1 AND NOT was_on_net AND was_on_net_before)::int AS is_returned,
    COALESCE(n_gone, 0) - n_off_net AS n_left_group,
    CASE WHEN is_on_net = 1 THEN n_members - n_members_prev + COALESCE(n_gone, 0) ELSE 0 END
        AS n_joined,
    total_income_li + COALESCE(income_2m_li, 0) AS income_3m_li
FROM judged
