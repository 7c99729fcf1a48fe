WITH paired AS (
    SELECT
        group_code, stream, n.amount_li, n.volume_milli, b.amount_li AS before_li, n.price_li,
        b.price_li AS price_before_li,
        (n.item IS NOT NULL)::int AS is_now,
        (b.item IS NOT NULL)::int AS is_before,
        b.amount_li > 0 AND b.price_li > 0 AND n.price_li > 0 AS is_priced
    FROM item_now AS n
    FULL JOIN item_before AS b USING (group_code, stream, item)
)

SELECT
    $month AS month,
    group_code,
    stream,
    COALESCE(SUM(amount_li), 0) AS income_li,
    COALESCE(SUM(before_li) FILTER (WHERE is_priced), 0) AS basket_before_li,
    COALESCE(SUM(floor(before_li * (price_li / price_before_li::float8) + 0.5)::bigint)
        FILTER (WHERE is_priced), 0) AS basket_now_li,
    SUM(is_now) AS n_items,
    SUM(is_before) AS n_items_before,
    SUM(is_now * is_before) AS n_items_common,
    SUM(p.volume_milli) AS volume_milli,
    MAX(g.n_members) AS n_members
FROM paired AS p
JOIN group_month AS g USING (group_code)
WHERE g.excluded_reason = ''
GROUP BY group_code, stream
HAVING SUM(is_now) > 0
