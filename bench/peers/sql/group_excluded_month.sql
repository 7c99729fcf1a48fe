-- Accepted rows that are not shown, and why.
WITH member_row AS (
    SELECT
        m.*,
        CASE
            WHEN g.group_code IS NULL THEN 'unknown_group'
            WHEN g.excluded_reason <> '' THEN g.excluded_reason
            WHEN COALESCE(m.is_test, FALSE) THEN 'test_member'
            WHEN d.member_id IS NOT NULL THEN 'duplicate'
        END AS reason
    FROM members AS m
    LEFT JOIN group_dim AS g ON g.group_code = m.group_code
    LEFT JOIN member_duplicate AS d ON d.group_code = m.group_code AND d.member_id = m.member_id
),

member_part AS (
    SELECT group_code, reason, COUNT(*) AS n_member_rows, SUM(roaming_li) AS roaming_li,
        SUM(new_business_li) AS new_business_li, SUM(long_distance_li) AS long_distance_li,
        SUM(local_li) AS local_li, SUM(package_li) AS package_li, SUM(other_li) AS other_li,
        SUM(paid_by_group_li) AS paid_by_group_li
    FROM member_row WHERE reason IS NOT NULL GROUP BY group_code, reason
),

order_part AS (
    SELECT o.group_code, COALESCE(g.excluded_reason, 'unknown_group') AS reason,
        COUNT(*) AS n_order_rows, SUM(o.amount_li) AS amount_li
    FROM subscriptions AS o LEFT JOIN group_dim AS g ON g.group_code = o.group_code
    WHERE COALESCE(g.excluded_reason, 'unknown_group') <> ''
    GROUP BY 1, 2
),

user_part AS (
    SELECT u.group_code, COALESCE(g.excluded_reason, 'unknown_group') AS reason,
        COUNT(*) AS n_user_rows, SUM(u.users) AS users
    FROM product_users AS u LEFT JOIN group_dim AS g ON g.group_code = u.group_code
    WHERE COALESCE(g.excluded_reason, 'unknown_group') <> ''
    GROUP BY 1, 2
)

SELECT $month AS month, group_code, reason, COALESCE(n_member_rows, 0) AS n_member_rows,
    COALESCE(roaming_li, 0) AS roaming_li, COALESCE(new_business_li, 0) AS new_business_li,
    COALESCE(long_distance_li, 0) AS long_distance_li, COALESCE(local_li, 0) AS local_li,
    COALESCE(package_li, 0) AS package_li, COALESCE(other_li, 0) AS other_li,
    COALESCE(paid_by_group_li, 0) AS paid_by_group_li, COALESCE(n_order_rows, 0) AS n_order_rows,
    COALESCE(amount_li, 0) AS amount_li, COALESCE(n_user_rows, 0) AS n_user_rows,
    COALESCE(users, 0) AS users
FROM member_part
FULL JOIN order_part USING (group_code, reason)
FULL JOIN user_part USING (group_code, reason)
