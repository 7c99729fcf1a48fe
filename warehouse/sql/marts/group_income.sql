-- Incomes and product counts by group, out of the products. Informatisation 信息化 counts what the
-- product's scope says: 'unified_only' what the group pays, 'all' whoever pays.
WITH split AS (
    SELECT
        p.*,
        CASE WHEN p.ict_scope IN ('unified_only', 'all') THEN p.group_paid_li ELSE 0 END
            AS unified_ict_li,
        CASE WHEN p.ict_scope = 'all' THEN p.member_paid_li ELSE 0 END AS personal_ict_li,
        CASE WHEN p.ict_scope = 'all' THEN p.outsider_paid_li ELSE 0 END AS outsider_ict_li,
        CASE
            WHEN COALESCE(p.n_orders, 0) > 0 OR COALESCE(p.users, 0) > 0 THEN 1
            ELSE 0
        END AS is_used
    FROM group_product AS p
),

final AS (
    SELECT
        group_code,
        CAST(SUM(group_paid_li) AS BIGINT) AS unified_pay_li,
        CAST(SUM(member_paid_li) AS BIGINT) AS member_subscription_li,
        CAST(SUM(outsider_paid_li) AS BIGINT) AS outsider_li,
        CAST(SUM(unified_ict_li) AS BIGINT) AS unified_ict_li,
        CAST(SUM(personal_ict_li) AS BIGINT) AS personal_ict_li,
        CAST(SUM(outsider_ict_li) AS BIGINT) AS outsider_ict_li,
        CAST(SUM(amount_li) FILTER (WHERE family = 'standard') AS BIGINT) AS standard_income_li,
        CAST(SUM(amount_li) FILTER (WHERE family = 'industry_application') AS BIGINT)
            AS application_income_li,
        CAST(SUM(n_orders) AS BIGINT) AS n_orders,
        COUNT(*) FILTER (WHERE is_used = 1) AS n_products,
        COUNT(*) FILTER (WHERE is_used = 1 AND ict_scope <> 'none') AS n_ict_products,
        CAST(SUM(users) FILTER (WHERE role = 'switchboard') AS BIGINT) AS switchboard_users,
        CAST(SUM(users) FILTER (WHERE role = 'ringback') AS BIGINT) AS ringback_users,
        CAST(SUM(users) FILTER (WHERE role = 'sms') AS BIGINT) AS sms_users,
        CAST(SUM(users) FILTER (WHERE role = 'school') AS BIGINT) AS school_users,
        CAST(SUM(users) FILTER (WHERE role = 'bank') AS BIGINT) AS bank_users,
        CAST(SUM(users) FILTER (WHERE role = 'police') AS BIGINT) AS police_users,
        CAST(SUM(users) FILTER (WHERE role = 'agri') AS BIGINT) AS agri_users
    FROM split
    GROUP BY group_code
)

SELECT * FROM final
