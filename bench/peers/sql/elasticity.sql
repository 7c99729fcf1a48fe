-- Thirteen months of prices and incomes by group and stream, the month of change, the windows of three
-- months on either side. place 0 is the oldest month.
CREATE TABLE stream_series AS
WITH span AS (
    SELECT MIN(month) AS first FROM earlier_group_stream_month
),

every AS (
    SELECT * FROM earlier_group_stream_month
    UNION ALL
    SELECT month, group_code, stream, income_li, basket_before_li, basket_now_li, n_items,
        n_items_before, n_items_common, volume_milli, n_members
    FROM group_stream_month
),

priced AS (
    SELECT e.stream, bool_or(e.basket_before_li > 0) AS is_priced
    FROM every AS e JOIN group_stream_month AS s USING (group_code, stream)
    GROUP BY e.stream
),

fired AS (
    SELECT month, group_code FROM earlier_group_alert WHERE fired = 1
    UNION ALL
    SELECT month, group_code FROM group_alert WHERE fired = 1
),

grid AS (
    SELECT
        s.group_code, s.stream, m.month - span.first AS place, e.income_li::float8 AS income,
        e.n_members::float8 AS members,
        e.basket_before_li, e.basket_now_li,
        e.n_items_common / greatest(e.n_items, e.n_items_before)::float8 AS kept,
        f.group_code IS NOT NULL AS alarmed,
        e.income_li / nullif(greatest(e.volume_milli, 0), 0)::float8 AS apparent,
        p.is_priced
    FROM group_stream_month AS s
    JOIN priced AS p USING (stream)
    CROSS JOIN span
    CROSS JOIN LATERAL generate_series(span.first, $month) AS m (month)
    LEFT JOIN every AS e
        ON e.group_code = s.group_code AND e.stream = s.stream AND e.month = m.month
    LEFT JOIN fired AS f ON f.group_code = s.group_code AND f.month = m.month
),

linked AS (
    SELECT
        group_code, stream, place, income, members, kept, alarmed, is_priced,
        CASE
            WHEN place = 0 THEN 1
            WHEN is_priced AND basket_before_li > 0 THEN basket_now_li / basket_before_li::float8
            WHEN is_priced THEN 1
            ELSE COALESCE(apparent / nullif(lag(apparent) OVER one, 0), 0)
        END AS link
    FROM grid
    WINDOW one AS (PARTITION BY group_code, stream ORDER BY place)
)

SELECT *, product(link) OVER (PARTITION BY group_code, stream ORDER BY place) AS price FROM linked;
CREATE INDEX ON stream_series (group_code, stream);
ANALYZE stream_series;

CREATE TABLE stream_change AS
WITH best AS (
    SELECT group_code, stream, MAX(abs(link - 1)) AS most,
        MAX(abs(link - 1)) FILTER (WHERE place BETWEEN 3 AND $month - $first - 3) AS best
    FROM stream_series GROUP BY group_code, stream
)

SELECT b.group_code, b.stream, b.best < 0.01 AND b.most >= 0.02 AS too_near, MAX(s.place) AS place
FROM best AS b
JOIN stream_series AS s
    ON s.group_code = b.group_code AND s.stream = b.stream
    AND s.place BETWEEN 3 AND $month - $first - 3 AND abs(s.link - 1) = b.best
GROUP BY b.group_code, b.stream, too_near;

CREATE TABLE arc AS
WITH side AS (
    SELECT
        c.group_code, c.stream, c.too_near, c.place,
        bool_and(s.is_priced) AS is_priced,
        COUNT(s.income) AS n_known,
        bool_or(s.income <= 0 OR s.price <= 0) AS is_bad,
        product(COALESCE(s.kept, 0) ORDER BY s.place) FILTER (WHERE s.place > c.place - 3) AS kept,
        bool_or(s.alarmed) AS alarmed,
        AVG(s.price) FILTER (WHERE s.place < c.place) AS price0,
        AVG(s.price) FILTER (WHERE s.place > c.place) AS price1,
        AVG(s.income) FILTER (WHERE s.place < c.place) AS income0,
        AVG(s.income) FILTER (WHERE s.place > c.place) AS income1,
        AVG(s.income / nullif(s.price, 0)) FILTER (WHERE s.place < c.place) AS quantity0,
        AVG(s.income / nullif(s.price, 0)) FILTER (WHERE s.place > c.place) AS quantity1,
        AVG(s.members) FILTER (WHERE s.place < c.place) AS members0,
        AVG(s.members) FILTER (WHERE s.place > c.place) AS members1
    FROM stream_change AS c
    JOIN stream_series AS s
        ON s.group_code = c.group_code AND s.stream = c.stream
        AND s.place BETWEEN c.place - 3 AND c.place + 3
    GROUP BY c.group_code, c.stream, c.too_near, c.place
),

step AS (
    SELECT *,
        2 * (price1 - price0) / nullif(price1 + price0, 0) AS price_step,
        2 * (income1 - income0) / nullif(income1 + income0, 0) AS income_step,
        2 * (quantity1 - quantity0) / nullif(quantity1 + quantity0, 0) AS quantity_step,
        abs(members1 - members0) / greatest(members0, 1e-9) AS member_change
    FROM side
)

SELECT *,
    CASE
        WHEN too_near OR n_known < 7 THEN 'X3'
        WHEN is_bad THEN 'X2'
        WHEN abs(price_step) < 0.02 THEN 'X1'
        WHEN kept < 0.8 THEN 'X4'
        WHEN member_change > 0.2 OR member_change IS NULL THEN 'X5'
        WHEN alarmed THEN 'X6'
        ELSE ''
    END AS refusal
FROM step;

-- Where the prices of a segment moved most, if they moved at all within the window.
CREATE TABLE segment_moved AS
SELECT s.stream, g.industry_code, g.size_band, s.place, SUM(abs(s.link - 1)) AS moved
FROM stream_series AS s JOIN group_month AS g USING (group_code)
WHERE s.is_priced AND s.place BETWEEN 3 AND $month - $first - 3
GROUP BY 1, 2, 3, 4 HAVING SUM(abs(s.link - 1)) > 0
