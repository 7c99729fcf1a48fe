-- One row a shown group and stream of income (ict 信息化, unified 统付, personal 个人账单): what it
-- earned, and last month's basket at last month's and at this month's list prices.
-- basket_now / basket_before is one link of the Laspeyres price index: an item's quantity before is
-- what it earned before over its price before. Items are product x payer, for personal the tariff.
-- Employees' phone bills 员工话费统付 have no list price of their own, only that of `prices`; what
-- outsiders pay stands apart.
WITH order_now AS (
    SELECT
        s.group_code,
        s.product_code || ':' || s.payer AS item,
        s.payer,
        COALESCE(p.ict_scope, 'none') AS ict_scope,
        s.amount_li,
        s.quantity_milli,
        CASE
            WHEN COALESCE(p.family, '') = 'member_bill' THEN c.price_li
            ELSE COALESCE(s.list_price_li, c.price_li)
        END AS price_li
    FROM subscriptions AS s
    LEFT JOIN product_dim AS p ON p.product_code = s.product_code
    LEFT JOIN prices AS c ON c.item_code = s.product_code
    WHERE s.payer IN ('group', 'member')
),

order_before AS (
    SELECT
        s.group_code,
        s.product_code || ':' || s.payer AS item,
        s.payer,
        COALESCE(p.ict_scope, 'none') AS ict_scope,
        s.amount_li,
        CASE
            WHEN COALESCE(p.family, '') = 'member_bill' THEN c.price_li
            ELSE COALESCE(s.list_price_li, c.price_li)
        END AS price_li
    FROM prev_subscriptions AS s
    LEFT JOIN product_dim AS p ON p.product_code = s.product_code
    LEFT JOIN prev_prices AS c ON c.item_code = s.product_code
    WHERE s.payer IN ('group', 'member')
),

tariff_now AS (
    SELECT
        m.group_code,
        COALESCE(m.tariff_code, '') AS item,
        CAST(SUM(
            m.roaming_li + m.new_business_li + m.long_distance_li + m.local_li
            + COALESCE(m.package_li, 0) + COALESCE(m.other_li, 0) - COALESCE(m.paid_by_group_li, 0)
        ) AS BIGINT) AS amount_li,
        CAST(SUM(m.mo_minutes_milli) AS BIGINT) AS volume_milli
    FROM members AS m
    LEFT JOIN member_duplicate AS d
        ON d.group_code = m.group_code AND d.member_id = m.member_id
    WHERE NOT COALESCE(m.is_test, FALSE) AND d.member_id IS NULL
    GROUP BY m.group_code, COALESCE(m.tariff_code, '')
),

tariff_before AS (
    SELECT
        m.group_code,
        COALESCE(m.tariff_code, '') AS item,
        CAST(SUM(
            m.roaming_li + m.new_business_li + m.long_distance_li + m.local_li
            + COALESCE(m.package_li, 0) + COALESCE(m.other_li, 0) - COALESCE(m.paid_by_group_li, 0)
        ) AS BIGINT) AS amount_li
    FROM prev_members AS m
    LEFT JOIN prev_member_duplicate AS d
        ON d.group_code = m.group_code AND d.member_id = m.member_id
    WHERE NOT COALESCE(m.is_test, FALSE) AND d.member_id IS NULL
    GROUP BY m.group_code, COALESCE(m.tariff_code, '')
),

item_now AS (
    SELECT group_code, 'ict' AS stream, item, amount_li, quantity_milli AS volume_milli, price_li
    FROM order_now
    WHERE ict_scope = 'all' OR (ict_scope = 'unified_only' AND payer = 'group')
    UNION ALL
    SELECT group_code, 'unified' AS stream, item, amount_li, quantity_milli AS volume_milli, price_li
    FROM order_now
    WHERE payer = 'group'
    UNION ALL
    SELECT t.group_code, 'personal' AS stream, t.item, t.amount_li, t.volume_milli, c.price_li
    FROM tariff_now AS t
    LEFT JOIN prices AS c ON c.item_code = t.item
),

item_before AS (
    SELECT group_code, 'ict' AS stream, item, amount_li, price_li
    FROM order_before
    WHERE ict_scope = 'all' OR (ict_scope = 'unified_only' AND payer = 'group')
    UNION ALL
    SELECT group_code, 'unified' AS stream, item, amount_li, price_li
    FROM order_before
    WHERE payer = 'group'
    UNION ALL
    SELECT t.group_code, 'personal' AS stream, t.item, t.amount_li, c.price_li
    FROM tariff_before AS t
    LEFT JOIN prev_prices AS c ON c.item_code = t.item
),

paired AS (
    SELECT
        COALESCE(n.group_code, b.group_code) AS group_code,
        COALESCE(n.stream, b.stream) AS stream,
        n.amount_li,
        n.volume_milli,
        b.amount_li AS before_li,
        n.price_li,
        b.price_li AS price_before_li,
        CASE WHEN n.group_code IS NULL THEN 0 ELSE 1 END AS is_now,
        CASE WHEN b.group_code IS NULL THEN 0 ELSE 1 END AS is_before,
        CASE
            WHEN b.amount_li > 0 AND b.price_li > 0 AND n.price_li > 0 THEN 1
            ELSE 0
        END AS is_priced
    FROM item_now AS n
    FULL OUTER JOIN item_before AS b
        ON b.group_code = n.group_code AND b.stream = n.stream AND b.item = n.item
),

final AS (
    SELECT
        CAST(MAX(g.month) AS INT) AS month,
        p.group_code,
        p.stream,
        CAST(COALESCE(SUM(p.amount_li), 0) AS BIGINT) AS income_li,
        CAST(COALESCE(SUM(CASE WHEN p.is_priced = 1 THEN p.before_li END), 0) AS BIGINT)
            AS basket_before_li,
        CAST(COALESCE(SUM(
            CASE
                WHEN p.is_priced = 1
                    THEN CAST(
                        FLOOR(p.before_li * (p.price_li / CAST(p.price_before_li AS DOUBLE)) + 0.5)
                        AS BIGINT
                    )
            END
        ), 0) AS BIGINT) AS basket_now_li,
        CAST(SUM(p.is_now) AS BIGINT) AS n_items,
        CAST(SUM(p.is_before) AS BIGINT) AS n_items_before,
        CAST(SUM(p.is_now * p.is_before) AS BIGINT) AS n_items_common,
        CAST(SUM(p.volume_milli) AS BIGINT) AS volume_milli,
        MAX(g.n_members) AS n_members
    FROM paired AS p
    JOIN group_month AS g ON g.group_code = p.group_code AND g.excluded_reason = ''
    GROUP BY p.group_code, p.stream
)

SELECT * FROM final WHERE n_items > 0
