-- One row a group and product: what was billed, by payer, and who used it. Products the product
-- table does not know are standard in nothing: role and family 'other', not informatisation.
WITH ordered AS (
    SELECT
        group_code,
        product_code,
        CAST(SUM(amount_li) AS BIGINT) AS amount_li,
        CAST(COALESCE(SUM(amount_li) FILTER (WHERE payer = 'group'), 0) AS BIGINT) AS group_paid_li,
        CAST(COALESCE(SUM(amount_li) FILTER (WHERE payer = 'member'), 0) AS BIGINT)
            AS member_paid_li,
        CAST(COALESCE(SUM(amount_li) FILTER (WHERE payer = 'outsider'), 0) AS BIGINT)
            AS outsider_paid_li,
        CAST(SUM(quantity_milli) AS BIGINT) AS quantity_milli,
        COUNT(*) AS n_orders
    FROM subscriptions
    GROUP BY group_code, product_code
),

used AS (
    SELECT
        group_code,
        product_code,
        CAST(SUM(users) AS BIGINT) AS users,
        CAST(SUM(member_users) AS BIGINT) AS member_users,
        CAST(SUM(billed_users) AS BIGINT) AS billed_users
    FROM product_users
    GROUP BY group_code, product_code
),

either AS (
    SELECT group_code, product_code FROM ordered
    UNION
    SELECT group_code, product_code FROM used
),

final AS (
    SELECT
        e.group_code,
        e.product_code,
        COALESCE(p.role, 'other') AS role,
        COALESCE(p.family, 'other') AS family,
        COALESCE(p.ict_scope, 'none') AS ict_scope,
        o.amount_li,
        o.group_paid_li,
        o.member_paid_li,
        o.outsider_paid_li,
        o.quantity_milli,
        o.n_orders,
        u.users,
        u.member_users,
        u.billed_users
    FROM either AS e
    LEFT JOIN ordered AS o ON o.group_code = e.group_code AND o.product_code = e.product_code
    LEFT JOIN used AS u ON u.group_code = e.group_code AND u.product_code = e.product_code
    LEFT JOIN product_dim AS p ON p.product_code = e.product_code
)

SELECT * FROM final
