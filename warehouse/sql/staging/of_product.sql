-- kinds that name a product: an unknown or missing one becomes the bucket 其他
WITH kept AS ({kept}),
named AS (
    SELECT kept.* REPLACE (coalesce(product.code, 'other') AS product_code)
    FROM kept
    LEFT JOIN ref_product AS product ON product.code = kept.product_code
)
SELECT {columns}
FROM named
ORDER BY {order}
