-- One row a shown group and product 集团产品, with the month's owner; nothing known is null.
WITH final AS (
    SELECT
        CAST(param.month AS INT) AS month,
        p.group_code,
        p.product_code,
        g.city_code,
        g.county_code,
        g.account_manager_code,
        CASE WHEN param.has_orders = 1 THEN COALESCE(p.amount_li, 0) END AS amount_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(p.group_paid_li, 0) END AS group_paid_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(p.member_paid_li, 0) END AS member_paid_li,
        CASE WHEN param.has_orders = 1 THEN COALESCE(p.outsider_paid_li, 0) END AS outsider_paid_li,
        p.quantity_milli,
        CASE WHEN param.has_orders = 1 THEN COALESCE(p.n_orders, 0) END AS n_orders,
        p.users,
        p.member_users,
        p.billed_users
    FROM group_product AS p
    JOIN group_dim AS g ON g.group_code = p.group_code AND g.excluded_reason = ''
    CROSS JOIN param
)

SELECT * FROM final
