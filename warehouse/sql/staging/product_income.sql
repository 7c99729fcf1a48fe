-- users and income by product; the members' own bills carry the income of family member_bill
WITH used AS (
    SELECT product_code, CAST(sum(users) AS BIGINT) AS users FROM {product_users} GROUP BY 1
),
earned AS (
    SELECT product_code, sum(amount_li) AS amount_li FROM {subscriptions} GROUP BY 1
)
SELECT used.product_code
FROM used
LEFT JOIN earned ON earned.product_code = used.product_code
WHERE used.users > 0
    AND coalesce(earned.amount_li, 0) = 0
    AND used.product_code NOT IN (SELECT product_code FROM {products} WHERE family = 'member_bill')
ORDER BY 1
