-- Incomes and price baskets of the three streams; the tariffs need both months' members.
CREATE TABLE tariff_now AS
SELECT group_code, COALESCE(tariff_code, '') AS item,
    SUM(billed_li - COALESCE(paid_by_group_li, 0))::bigint AS amount_li,
    SUM(mo_minutes_milli)::bigint AS volume_milli
FROM owned GROUP BY 1, 2;

CREATE TABLE tariff_before AS
SELECT m.group_code, COALESCE(m.tariff_code, '') AS item,
    SUM(m.billed_li - COALESCE(m.paid_by_group_li, 0))::bigint AS amount_li
FROM prev_members AS m
LEFT JOIN prev_member_duplicate AS d ON d.group_code = m.group_code AND d.member_id = m.member_id
WHERE NOT COALESCE(m.is_test, FALSE) AND d.member_id IS NULL
GROUP BY 1, 2;

CREATE TABLE item_now AS
WITH bought AS (
    SELECT s.group_code, s.product_code || ':' || s.payer AS item, s.payer, s.amount_li,
        s.quantity_milli AS volume_milli, COALESCE(p.ict_scope, 'none') AS ict_scope,
        CASE WHEN p.family = 'member_bill' THEN c.price_li
            ELSE COALESCE(s.list_price_li, c.price_li) END AS price_li
    FROM subscriptions AS s
    LEFT JOIN product_dim AS p USING (product_code)
    LEFT JOIN prices AS c ON c.item_code = s.product_code
    WHERE s.payer IN ('group', 'member')
)

SELECT group_code, 'ict' AS stream, item, amount_li, volume_milli, price_li FROM bought
WHERE ict_scope = 'all' OR (ict_scope = 'unified_only' AND payer = 'group')
UNION ALL
SELECT group_code, 'unified', item, amount_li, volume_milli, price_li FROM bought
WHERE payer = 'group'
UNION ALL
SELECT t.group_code, 'personal', t.item, t.amount_li, t.volume_milli, c.price_li
FROM tariff_now AS t LEFT JOIN prices AS c ON c.item_code = t.item;

CREATE TABLE item_before AS
WITH bought AS (
    SELECT s.group_code, s.product_code || ':' || s.payer AS item, s.payer, s.amount_li,
        COALESCE(p.ict_scope, 'none') AS ict_scope,
        CASE WHEN p.family = 'member_bill' THEN c.price_li
            ELSE COALESCE(s.list_price_li, c.price_li) END AS price_li
    FROM prev_subscriptions AS s
    LEFT JOIN product_dim AS p USING (product_code)
    LEFT JOIN prev_prices AS c ON c.item_code = s.product_code
    WHERE s.payer IN ('group', 'member')
)

SELECT group_code, 'ict' AS stream, item, amount_li, price_li FROM bought
WHERE ict_scope = 'all' OR (ict_scope = 'unified_only' AND payer = 'group')
UNION ALL
SELECT group_code, 'unified', item, amount_li, price_li FROM bought WHERE payer = 'group'
UNION ALL
SELECT t.group_code, 'personal', t.item, t.amount_li, c.price_li
FROM tariff_before AS t LEFT JOIN prev_prices AS c ON c.item_code = t.item;
ANALYZE item_now, item_before;
