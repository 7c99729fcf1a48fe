-- Which group keeps the history of which: a merged group that is no longer on net points at its
-- successor, said by this month's list or, when the old group is gone from it, by an earlier one.
WITH said AS (
    SELECT g.group_code, g.successor_code, param.month AS month
    FROM groups AS g
    CROSS JOIN param
    WHERE COALESCE(g.successor_code, '') <> ''
        AND (g.status NOT IN ('on_net', 'silent') OR COALESCE(g.is_test, FALSE))
    UNION ALL
    SELECT h.group_code, h.successor_code, h.month
    FROM earlier_group_month AS h
    WHERE h.successor_code <> ''
        AND NOT EXISTS (SELECT 1 FROM groups AS g WHERE g.group_code = h.group_code)
),

latest AS (
    SELECT
        group_code,
        successor_code,
        ROW_NUMBER() OVER (PARTITION BY group_code ORDER BY month DESC, successor_code) AS place
    FROM said
),

final AS (
    SELECT l.group_code, l.successor_code
    FROM latest AS l
    WHERE l.place = 1
        AND l.successor_code <> l.group_code
        AND EXISTS (SELECT 1 FROM groups AS g WHERE g.group_code = l.successor_code)
)

SELECT * FROM final
