-- One row a product: the validity row of the month, else the latest one.
WITH ranked AS (
    SELECT
        p.product_code,
        p.role,
        p.family,
        p.ict_scope,
        ROW_NUMBER() OVER (
            PARTITION BY p.product_code
            ORDER BY
                CASE
                    WHEN COALESCE(year(p.valid_from) * 12 + month(p.valid_from), 0) <= param.month
                        AND COALESCE(year(p.valid_to) * 12 + month(p.valid_to), 999999) >= param.month
                        THEN 0
                    ELSE 1
                END,
                COALESCE(year(p.valid_from) * 12 + month(p.valid_from), 0) DESC,
                COALESCE(p.valid_from, DATE '1900-01-01') DESC,
                p.family,
                p.ict_scope,
                p.role
        ) AS place
    FROM products AS p
    CROSS JOIN param
),

final AS (
    SELECT product_code, role, family, ict_scope FROM ranked WHERE place = 1
)

SELECT * FROM final
