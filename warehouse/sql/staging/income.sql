-- unified pay 统付 and informatisation 信息化 of one month's subscriptions, in 厘
WITH product_now AS (
    SELECT product_code, any_value(ict_scope) AS ict_scope, any_value(family) AS family
    FROM {products}
    GROUP BY product_code
),
paid AS (
    SELECT s.payer, s.amount_li, p.ict_scope, p.family
    FROM {subscriptions} AS s
    LEFT JOIN product_now AS p ON p.product_code = s.product_code
)
SELECT
    CAST(coalesce(sum(amount_li) FILTER (WHERE payer = 'group'), 0) AS BIGINT) AS unified_pay_li,
    CAST(coalesce(sum(amount_li) FILTER (
        WHERE ict_scope = 'all' OR (ict_scope = 'unified_only' AND payer = 'group')
    ), 0) AS BIGINT) AS ict_li,
    CAST(coalesce(sum(amount_li) FILTER (
        WHERE payer = 'group' AND family = 'member_bill'
    ), 0) AS BIGINT) AS member_bill_li
FROM paid
