-- Who of last month's members is gone, by group: off net (cancelled, or said so by member_exits) or
-- left the group 退团 (also when the group itself is lost). Merged groups' members are looked for in
-- the successor.
-- n_members = n_members_prev + n_joined - n_off_net - n_left_group.
WITH before AS (
    SELECT COALESCE(s.successor_code, p.group_code) AS group_code, p.member_id
    FROM prev_members AS p
    JOIN earlier_group_month AS g ON g.group_code = p.group_code AND g.excluded_reason = ''
    CROSS JOIN param
    LEFT JOIN successor AS s ON s.group_code = p.group_code
    LEFT JOIN prev_member_duplicate AS d
        ON d.group_code = p.group_code AND d.member_id = p.member_id
    WHERE g.month = param.month - 1
        AND p.status <> 'cancelled'
        AND NOT COALESCE(p.is_test, FALSE)
        AND d.member_id IS NULL
),

staying AS (
    SELECT m.group_code, m.member_id
    FROM members AS m
    JOIN group_dim AS g ON g.group_code = m.group_code AND g.excluded_reason = ''
    LEFT JOIN member_duplicate AS d
        ON d.group_code = m.group_code AND d.member_id = m.member_id
    WHERE m.status <> 'cancelled'
        AND NOT COALESCE(m.is_test, FALSE)
        AND d.member_id IS NULL
),

gone AS (
    SELECT b.group_code, b.member_id
    FROM before AS b
    LEFT JOIN staying AS s ON s.group_code = b.group_code AND s.member_id = b.member_id
    WHERE s.member_id IS NULL
),

off_net AS (
    SELECT member_id FROM members WHERE status = 'cancelled'
    UNION
    SELECT member_id FROM member_exits WHERE exit_kind IN ('off_net', 'ported_out')
),

gone_by_group AS (
    SELECT
        g.group_code,
        COUNT(*) AS n_gone,
        COUNT(o.member_id) AS n_off_net
    FROM gone AS g
    LEFT JOIN off_net AS o ON o.member_id = g.member_id
    GROUP BY g.group_code
),

before_by_group AS (
    SELECT group_code, COUNT(*) AS n_members_prev
    FROM before
    GROUP BY group_code
),

final AS (
    SELECT
        b.group_code,
        b.n_members_prev,
        COALESCE(g.n_gone, 0) AS n_gone,
        COALESCE(g.n_off_net, 0) AS n_off_net
    FROM before_by_group AS b
    LEFT JOIN gone_by_group AS g ON g.group_code = b.group_code
)

SELECT * FROM final
