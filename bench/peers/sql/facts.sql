-- What every later step reads: successors, the groups with their buckets, who owns repeated members,
-- sums of members, products and history by group. $month and $few come from the script.
CREATE TABLE successor AS
WITH said AS (
    SELECT group_code, successor_code, $month AS month FROM groups
    WHERE COALESCE(successor_code, '') <> ''
        AND (status NOT IN ('on_net', 'silent') OR COALESCE(is_test, FALSE))
    UNION ALL
    SELECT h.group_code, h.successor_code, h.month FROM earlier_group_month AS h
    WHERE h.successor_code <> '' AND h.month >= $month - 4
        AND NOT EXISTS (SELECT 1 FROM groups AS g WHERE g.group_code = h.group_code)
),

latest AS (
    SELECT DISTINCT ON (group_code) group_code, successor_code
    FROM said ORDER BY group_code, month DESC, successor_code
)

SELECT l.* FROM latest AS l
WHERE l.successor_code <> l.group_code
    AND EXISTS (SELECT 1 FROM groups AS g WHERE g.group_code = l.successor_code);

CREATE TABLE group_dim AS
SELECT
    g.group_code,
    COALESCE(g.name, '') AS name,
    g.status,
    g.city_code,
    CASE WHEN county.code IS NULL THEN g.city_code || '-00' ELSE g.county_code END AS county_code,
    COALESCE(g.grid_code, '') AS grid_code,
    CASE WHEN keeper.code IS NULL THEN g.city_code || '-NA' ELSE g.account_manager_code END
        AS account_manager_code,
    COALESCE(trade.code, 'other') AS industry_code,
    g.employees,
    g.influence,
    g.tax_score,
    g.informatisation_level,
    g.contract_start,
    g.contract_end,
    month_of(g.created_on) AS created_month,
    COALESCE(g.current_grade, '') AS current_grade,
    COALESCE(g.grade_floor, '') AS grade_floor,
    COALESCE(g.successor_code, '') AS successor_code,
    CASE
        WHEN COALESCE(g.is_test, FALSE) THEN 'test_group'
        WHEN g.status IN ('on_net', 'silent') THEN ''
        ELSE g.status
    END AS excluded_reason,
    g.arrears_li,
    g.arrears_months
FROM groups AS g
LEFT JOIN org_units AS county ON county.code = g.county_code AND county.level = 'county'
LEFT JOIN account_managers AS keeper ON keeper.code = g.account_manager_code
LEFT JOIN industries AS trade ON trade.code = g.industry
UNION ALL
SELECT
    h.group_code, h.name, h.status, h.city_code, h.county_code, h.grid_code,
    h.account_manager_code, h.industry_code, h.employees, h.influence, h.tax_score,
    h.informatisation_level, h.contract_start, h.contract_end, h.created_month, h.current_grade,
    h.grade_floor, h.successor_code, 'absent', NULL, NULL
FROM earlier_group_month AS h
WHERE h.month = $month - 1
    AND (h.excluded_reason = '' OR COALESCE(h.n_snapshot_base, 0) > 0)
    AND NOT EXISTS (SELECT 1 FROM groups AS g WHERE g.group_code = h.group_code)
    AND NOT EXISTS (SELECT 1 FROM successor AS s WHERE s.group_code = h.group_code);
CREATE UNIQUE INDEX ON group_dim (group_code);
ANALYZE successor, group_dim;

-- Memberships that do not own their member.
CREATE TABLE member_duplicate AS
WITH repeated AS (
    SELECT member_id FROM members GROUP BY member_id HAVING COUNT(*) > 1
),

ranked AS (
    SELECT
        m.member_id,
        m.group_code,
        first_value(m.group_code) OVER owner AS owner_group_code,
        row_number() OVER owner AS place
    FROM members AS m
    JOIN repeated USING (member_id)
    JOIN group_dim AS g ON g.group_code = m.group_code AND g.excluded_reason = ''
    WHERE NOT COALESCE(m.is_test, FALSE)
    WINDOW owner AS (
        PARTITION BY m.member_id
        ORDER BY COALESCE(m.is_primary, FALSE) DESC, COALESCE(m.joined_on, DATE '9999-12-31'),
            m.group_code
    )
)

SELECT $month AS month, group_code, member_id, owner_group_code FROM ranked WHERE place > 1;
CREATE UNIQUE INDEX ON member_duplicate (group_code, member_id);
ANALYZE member_duplicate;

CREATE VIEW owned AS
SELECT m.* FROM members AS m
LEFT JOIN member_duplicate AS d ON d.group_code = m.group_code AND d.member_id = m.member_id
WHERE NOT COALESCE(m.is_test, FALSE) AND d.member_id IS NULL;

CREATE TABLE group_member AS
WITH used AS (
    SELECT
        *,
        status <> 'cancelled' AS is_member,
        COALESCE(mo_minutes_milli > 0 OR mt_minutes_milli > 0 OR calls > 0, FALSE) AS has_voice,
        COALESCE(data_mb_milli > 0 OR sms > 0, FALSE) AS has_data,
        COALESCE(tenure_months, $month - month_of(activated_on)) AS months_on_net
    FROM owned
)

SELECT
    group_code,
    COUNT(*) FILTER (WHERE is_member) AS n_members,
    COUNT(*) FILTER (WHERE NOT is_member) AS n_cancelled,
    COUNT(*) FILTER (WHERE is_member AND (has_voice OR has_data)) AS n_valid,
    COUNT(*) FILTER (WHERE is_member AND NOT has_voice) AS n_silent_members,
    COUNT(*) FILTER (WHERE is_member AND NOT has_voice AND NOT has_data) AS n_no_use,
    COUNT(*) FILTER (WHERE is_member AND vnet) AS n_vnet,
    COUNT(*) FILTER (WHERE is_member AND is_key) AS n_key,
    COUNT(*) FILTER (WHERE status = 'active') AS n_active,
    COUNT(*) FILTER (WHERE status = 'stop_one_way') AS n_stop_one_way,
    COUNT(*) FILTER (WHERE status = 'stop_two_way') AS n_stop_two_way,
    COUNT(*) FILTER (WHERE status = 'arrears_stop') AS n_arrears_stop,
    COUNT(*) FILTER (WHERE status = 'lost') AS n_lost,
    COUNT(*) FILTER (WHERE status = 'pre_cancel') AS n_pre_cancel,
    SUM(months_on_net) FILTER (WHERE is_member)::bigint AS tenure_months_sum,
    COUNT(months_on_net) FILTER (WHERE is_member) AS n_tenure,
    SUM(roaming_li)::bigint AS roaming_li,
    SUM(new_business_li)::bigint AS new_business_li,
    SUM(long_distance_li)::bigint AS long_distance_li,
    SUM(local_li)::bigint AS local_li,
    SUM(package_li)::bigint AS package_li,
    SUM(other_li)::bigint AS other_li,
    SUM(paid_by_group_li)::bigint AS paid_by_group_li,
    SUM(mo_minutes_milli)::bigint AS mo_minutes_milli,
    SUM(mt_minutes_milli)::bigint AS mt_minutes_milli,
    SUM(data_mb_milli)::bigint AS data_mb_milli,
    SUM(calls)::bigint AS calls,
    SUM(sms)::bigint AS sms
FROM used
GROUP BY group_code;

-- Apart from the sums: an ordered aggregate would make Postgres sort the wide rows.
CREATE TABLE group_tenure AS
SELECT
    group_code,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY COALESCE(tenure_months, $month - month_of(activated_on))
    ) AS tenure_median
FROM owned
WHERE status <> 'cancelled'
GROUP BY group_code;

CREATE TABLE group_flow AS
WITH before AS (
    SELECT COALESCE(s.successor_code, p.group_code) AS group_code, p.member_id
    FROM prev_members AS p
    JOIN earlier_group_month AS g
        ON g.group_code = p.group_code AND g.excluded_reason = '' AND g.month = $month - 1
    LEFT JOIN successor AS s ON s.group_code = p.group_code
    LEFT JOIN prev_member_duplicate AS d
        ON d.group_code = p.group_code AND d.member_id = p.member_id
    WHERE p.status <> 'cancelled' AND NOT COALESCE(p.is_test, FALSE) AND d.member_id IS NULL
),

staying AS (
    SELECT m.group_code, m.member_id FROM owned AS m
    JOIN group_dim AS g ON g.group_code = m.group_code AND g.excluded_reason = ''
    WHERE m.status <> 'cancelled'
),

off_net AS (
    SELECT member_id FROM members WHERE status = 'cancelled'
    UNION
    SELECT member_id FROM member_exits WHERE exit_kind IN ('off_net', 'ported_out')
)

SELECT
    b.group_code,
    COUNT(*) AS n_members_prev,
    COUNT(*) FILTER (WHERE s.member_id IS NULL) AS n_gone,
    COUNT(*) FILTER (WHERE s.member_id IS NULL AND o.member_id IS NOT NULL) AS n_off_net
FROM before AS b
LEFT JOIN staying AS s ON s.group_code = b.group_code AND s.member_id = b.member_id
LEFT JOIN off_net AS o ON o.member_id = b.member_id
GROUP BY b.group_code;

CREATE TABLE group_snapshot AS
WITH cohort AS (
    SELECT MAX(snapshot_cohort) AS name FROM members WHERE snapshot_cohort <> ''
),

low_before AS (
    SELECT member_id FROM prev_members WHERE billed_li < 50000
    INTERSECT
    SELECT member_id FROM prev_prev_members WHERE billed_li < 50000
)

SELECT
    m.group_code,
    MAX(m.snapshot_cohort) AS snapshot_cohort,
    COUNT(*) AS n_in_cohort,
    COUNT(*) FILTER (
        WHERE m.status <> 'cancelled' AND (m.billed_li >= 50000 OR low.member_id IS NULL)
    ) AS n_kept
FROM owned AS m
JOIN cohort ON cohort.name = m.snapshot_cohort
LEFT JOIN low_before AS low ON low.member_id = m.member_id
GROUP BY m.group_code;

CREATE TABLE product_dim AS
SELECT DISTINCT ON (product_code) product_code, role, family, ict_scope
FROM products
ORDER BY
    product_code,
    (COALESCE(month_of(valid_from), 0) <= $month AND COALESCE(month_of(valid_to), 999999) >= $month)
        DESC,
    COALESCE(valid_from, DATE '1900-01-01') DESC, family, ict_scope, role;

CREATE TABLE group_product AS
WITH ordered AS (
    SELECT
        group_code,
        product_code,
        SUM(amount_li)::bigint AS amount_li,
        COALESCE(SUM(amount_li) FILTER (WHERE payer = 'group'), 0)::bigint AS group_paid_li,
        COALESCE(SUM(amount_li) FILTER (WHERE payer = 'member'), 0)::bigint AS member_paid_li,
        COALESCE(SUM(amount_li) FILTER (WHERE payer = 'outsider'), 0)::bigint AS outsider_paid_li,
        SUM(quantity_milli)::bigint AS quantity_milli,
        COUNT(*) AS n_orders
    FROM subscriptions
    GROUP BY group_code, product_code
),

used AS (
    SELECT
        group_code,
        product_code,
        SUM(users)::bigint AS users,
        SUM(member_users)::bigint AS member_users,
        SUM(billed_users)::bigint AS billed_users
    FROM product_users
    GROUP BY group_code, product_code
)

SELECT
    group_code,
    product_code,
    COALESCE(p.role, 'other') AS role,
    COALESCE(p.family, 'other') AS family,
    COALESCE(p.ict_scope, 'none') AS ict_scope,
    COALESCE(o.amount_li, 0) AS amount_li,
    COALESCE(o.group_paid_li, 0) AS group_paid_li,
    COALESCE(o.member_paid_li, 0) AS member_paid_li,
    COALESCE(o.outsider_paid_li, 0) AS outsider_paid_li,
    o.quantity_milli,
    COALESCE(o.n_orders, 0) AS n_orders,
    u.users,
    u.member_users,
    u.billed_users,
    COALESCE(o.n_orders, 0) > 0 OR COALESCE(u.users, 0) > 0 AS is_used
FROM ordered AS o
FULL JOIN used AS u USING (group_code, product_code)
LEFT JOIN product_dim AS p USING (product_code);
ANALYZE group_product;

CREATE TABLE group_income AS
SELECT
    group_code,
    SUM(group_paid_li) AS unified_pay_li,
    SUM(member_paid_li) AS member_subscription_li,
    SUM(outsider_paid_li) AS outsider_li,
    SUM(group_paid_li) FILTER (WHERE ict_scope IN ('unified_only', 'all')) AS unified_ict_li,
    SUM(member_paid_li) FILTER (WHERE ict_scope = 'all') AS personal_ict_li,
    SUM(outsider_paid_li) FILTER (WHERE ict_scope = 'all') AS outsider_ict_li,
    SUM(amount_li) FILTER (WHERE family = 'standard') AS standard_income_li,
    SUM(amount_li) FILTER (WHERE family = 'industry_application') AS application_income_li,
    SUM(n_orders) AS n_orders,
    COUNT(*) FILTER (WHERE is_used) AS n_products,
    COUNT(*) FILTER (WHERE is_used AND ict_scope <> 'none') AS n_ict_products,
    SUM(users) FILTER (WHERE role = 'switchboard') AS switchboard_users,
    SUM(users) FILTER (WHERE role = 'ringback') AS ringback_users,
    SUM(users) FILTER (WHERE role = 'sms') AS sms_users,
    SUM(users) FILTER (WHERE role = 'school') AS school_users,
    SUM(users) FILTER (WHERE role = 'bank') AS bank_users,
    SUM(users) FILTER (WHERE role = 'police') AS police_users,
    SUM(users) FILTER (WHERE role = 'agri') AS agri_users
FROM group_product
GROUP BY group_code;

CREATE TABLE group_history AS
WITH mapped AS (
    SELECT
        COALESCE(s.successor_code, h.group_code) AS group_code,
        $month - h.month AS back,
        h.excluded_reason = '' AS was_on_net,
        h.total_income_li,
        COALESCE(h.total_income_li, h.personal_bill_li) AS known_income_li,
        h.snapshot_cohort,
        h.n_snapshot_base
    FROM earlier_group_month AS h
    LEFT JOIN successor AS s ON s.group_code = h.group_code
    WHERE h.month >= $month - 4
)

SELECT
    group_code,
    bool_or(was_on_net AND back = 1) AS was_on_net,
    bool_or(was_on_net AND back > 1) AS was_on_net_before,
    SUM(total_income_li) FILTER (WHERE back = 1 AND was_on_net) AS income_prev_li,
    SUM(total_income_li) FILTER (WHERE back <= 2 AND was_on_net) AS income_2m_li,
    SUM(known_income_li) FILTER (WHERE back <= 2 AND was_on_net) AS known_income_2m_li,
    MAX(snapshot_cohort) FILTER (WHERE back = 1) AS snapshot_cohort,
    SUM(n_snapshot_base) FILTER (WHERE back = 1) AS n_snapshot_base
FROM mapped
GROUP BY group_code;
ANALYZE group_member, group_tenure, group_flow, group_snapshot, group_income, group_history;
