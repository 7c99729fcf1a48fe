-- Memberships that do not own their member this month 重复归属. The owner is the primary one, else
-- the earliest joined, else the smallest code; test rows and groups that are not shown do not compete.
WITH candidate AS (
    SELECT m.member_id, m.group_code, m.is_primary, m.joined_on
    FROM members AS m
    JOIN group_dim AS g ON g.group_code = m.group_code
    WHERE g.excluded_reason = '' AND NOT COALESCE(m.is_test, FALSE)
),

repeated AS (
    SELECT member_id
    FROM candidate
    GROUP BY member_id
    HAVING COUNT(*) > 1
),

ranked AS (
    SELECT
        c.member_id,
        c.group_code,
        ROW_NUMBER() OVER (
            PARTITION BY c.member_id
            ORDER BY
                CASE WHEN c.is_primary THEN 0 ELSE 1 END,
                COALESCE(c.joined_on, DATE '9999-12-31'),
                c.group_code
        ) AS place
    FROM candidate AS c
    WHERE c.member_id IN (SELECT member_id FROM repeated)
),

final AS (
    SELECT
        CAST(param.month AS INT) AS month,
        other.group_code,
        other.member_id,
        owner.group_code AS owner_group_code
    FROM ranked AS other
    JOIN ranked AS owner ON owner.member_id = other.member_id AND owner.place = 1
    CROSS JOIN param
    WHERE other.place > 1
)

SELECT * FROM final
