-- What came in but is not shown, one row a group and reason: the group is a test, off net, only
-- potential or unknown; the member row is a test or a duplicate membership.
-- Accepted = group_month where excluded_reason = '' + these rows, to the unit.
WITH member_row AS (
    SELECT
        m.*,
        CASE
            WHEN g.group_code IS NULL THEN 'unknown_group'
            WHEN g.excluded_reason <> '' THEN g.excluded_reason
            WHEN COALESCE(m.is_test, FALSE) THEN 'test_member'
            WHEN d.member_id IS NOT NULL THEN 'duplicate'
            ELSE ''
        END AS reason
    FROM members AS m
    LEFT JOIN group_dim AS g ON g.group_code = m.group_code
    LEFT JOIN member_duplicate AS d
        ON d.group_code = m.group_code AND d.member_id = m.member_id
),

member_part AS (
    SELECT
        group_code,
        reason,
        COUNT(*) AS n_member_rows,
        SUM(roaming_li) AS roaming_li,
        SUM(new_business_li) AS new_business_li,
        SUM(long_distance_li) AS long_distance_li,
        SUM(local_li) AS local_li,
        SUM(package_li) AS package_li,
        SUM(other_li) AS other_li,
        SUM(paid_by_group_li) AS paid_by_group_li,
        0 AS n_order_rows,
        0 AS amount_li,
        0 AS n_user_rows,
        0 AS users
    FROM member_row
    WHERE reason <> ''
    GROUP BY group_code, reason
),

order_part AS (
    SELECT
        o.group_code,
        COALESCE(g.excluded_reason, 'unknown_group') AS reason,
        0 AS n_member_rows,
        0 AS roaming_li,
        0 AS new_business_li,
        0 AS long_distance_li,
        0 AS local_li,
        0 AS package_li,
        0 AS other_li,
        0 AS paid_by_group_li,
        COUNT(*) AS n_order_rows,
        SUM(o.amount_li) AS amount_li,
        0 AS n_user_rows,
        0 AS users
    FROM subscriptions AS o
    LEFT JOIN group_dim AS g ON g.group_code = o.group_code
    WHERE COALESCE(g.excluded_reason, 'unknown_group') <> ''
    GROUP BY o.group_code, COALESCE(g.excluded_reason, 'unknown_group')
),

user_part AS (
    SELECT
        u.group_code,
        COALESCE(g.excluded_reason, 'unknown_group') AS reason,
        0 AS n_member_rows,
        0 AS roaming_li,
        0 AS new_business_li,
        0 AS long_distance_li,
        0 AS local_li,
        0 AS package_li,
        0 AS other_li,
        0 AS paid_by_group_li,
        0 AS n_order_rows,
        0 AS amount_li,
        COUNT(*) AS n_user_rows,
        SUM(u.users) AS users
    FROM product_users AS u
    LEFT JOIN group_dim AS g ON g.group_code = u.group_code
    WHERE COALESCE(g.excluded_reason, 'unknown_group') <> ''
    GROUP BY u.group_code, COALESCE(g.excluded_reason, 'unknown_group')
),

part AS (
    SELECT * FROM member_part
    UNION ALL
    SELECT * FROM order_part
    UNION ALL
    SELECT * FROM user_part
),

final AS (
    SELECT
        CAST(MAX(param.month) AS INT) AS month,
        group_code,
        reason,
        CAST(SUM(n_member_rows) AS BIGINT) AS n_member_rows,
        CAST(COALESCE(SUM(roaming_li), 0) AS BIGINT) AS roaming_li,
        CAST(COALESCE(SUM(new_business_li), 0) AS BIGINT) AS new_business_li,
        CAST(COALESCE(SUM(long_distance_li), 0) AS BIGINT) AS long_distance_li,
        CAST(COALESCE(SUM(local_li), 0) AS BIGINT) AS local_li,
        CAST(COALESCE(SUM(package_li), 0) AS BIGINT) AS package_li,
        CAST(COALESCE(SUM(other_li), 0) AS BIGINT) AS other_li,
        CAST(COALESCE(SUM(paid_by_group_li), 0) AS BIGINT) AS paid_by_group_li,
        CAST(SUM(n_order_rows) AS BIGINT) AS n_order_rows,
        CAST(COALESCE(SUM(amount_li), 0) AS BIGINT) AS amount_li,
        CAST(SUM(n_user_rows) AS BIGINT) AS n_user_rows,
        CAST(COALESCE(SUM(users), 0) AS BIGINT) AS users
    FROM part
    CROSS JOIN param
    GROUP BY group_code, reason
)

SELECT * FROM final
