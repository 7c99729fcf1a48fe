-- One row a group and informatisation product 信息化产品 that was used in the month before, and
-- whether it is not used any more. What counts as informatisation is this month's product table.
WITH now_used AS (
    SELECT group_code, product_code
    FROM group_product_month
    WHERE COALESCE(n_orders, 0) > 0 OR COALESCE(users, 0) > 0
),

final AS (
    SELECT
        p.group_code,
        p.product_code,
        CASE WHEN n.product_code IS NULL THEN 1 ELSE 0 END AS is_stopped
    FROM prev_group_product_month AS p
    JOIN product_dim AS d ON d.product_code = p.product_code AND d.ict_scope <> 'none'
    LEFT JOIN now_used AS n ON n.group_code = p.group_code AND n.product_code = p.product_code
    WHERE COALESCE(p.n_orders, 0) > 0 OR COALESCE(p.users, 0) > 0
)

SELECT * FROM final
ORDER BY group_code, product_code
