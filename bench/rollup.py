"""Write down the group totals that every contestant computes, in SQL for DuckDB.

Grain: one row a shown group. Money in 厘. What each column means stands in GLOSSARY.md.
"""

from __future__ import annotations

SHOWN = "status IN ('on_net', 'silent') AND NOT coalesce(is_test, false)"

#: Member rows that do not own their member: the owner is the primary one, else the earliest joined,
#: else the smallest code, among shown groups.
REPEATED = f"""
WITH shown AS (SELECT group_code FROM groups WHERE {SHOWN}),
candidate AS (
    SELECT m.member_id, m.group_code, m.is_primary, m.joined_on
    FROM members m
    WHERE NOT coalesce(m.is_test, false)
        AND m.member_id IN (SELECT member_id FROM members GROUP BY 1 HAVING count(*) > 1)
        AND m.group_code IN (SELECT group_code FROM shown)
)
SELECT member_id, group_code FROM candidate
QUALIFY row_number() OVER (
    PARTITION BY member_id
    ORDER BY coalesce(is_primary, false) DESC, coalesce(joined_on, DATE '9999-12-31'), group_code
) > 1
"""

OWNED = """
SELECT m.* FROM members m
WHERE NOT coalesce(m.is_test, false) AND NOT EXISTS (
    SELECT 1 FROM repeated r WHERE r.member_id = m.member_id AND r.group_code = m.group_code
)
"""

STAYING = f"""
SELECT group_code, member_id FROM owned
WHERE status <> 'cancelled' AND group_code IN (SELECT group_code FROM groups WHERE {SHOWN})
"""

GROUP_TOTALS = f"""
WITH shown AS (SELECT * FROM groups WHERE {SHOWN}),
by_member AS (
    SELECT
        group_code,
        count(*) FILTER (WHERE status <> 'cancelled') AS n_members,
        sum(roaming + new_business + long_distance + local + package + other - paid_by_group)
            AS personal_bill_li
    FROM owned GROUP BY 1
),
product AS (
    SELECT product_code, ict_scope FROM (
        SELECT product_code, ict_scope, row_number() OVER (
            PARTITION BY product_code ORDER BY coalesce(valid_from, DATE '1900-01-01') DESC
        ) AS place
        FROM products
        WHERE coalesce(valid_from, DATE '1900-01-01') <= DATE '2026-10-31'
            AND coalesce(valid_to, DATE '2999-01-01') >= DATE '2026-10-01'
    ) p WHERE place = 1
),
by_order AS (
    SELECT
        group_code,
        sum(amount) FILTER (WHERE payer = 'group') AS unified_pay_li,
        sum(amount) FILTER (WHERE ict_scope = 'all' OR (ict_scope = 'unified_only'
            AND payer = 'group')) AS ict_li
    FROM subscriptions LEFT JOIN product USING (product_code) GROUP BY 1
),
gone AS (
    SELECT b.group_code, count(*) AS n_gone
    FROM members_before b
    WHERE b.status <> 'cancelled' AND NOT coalesce(b.is_test, false)
        AND NOT EXISTS (SELECT 1 FROM staying s
            WHERE s.group_code = b.group_code AND s.member_id = b.member_id)
    GROUP BY 1
)
SELECT
    shown.group_code, shown.name, shown.city_code,
    coalesce(by_member.n_members, 0) AS n_members,
    CAST(coalesce(by_member.personal_bill_li, 0) AS BIGINT) AS personal_bill_li,
    CAST(coalesce(by_order.unified_pay_li, 0) AS BIGINT) AS unified_pay_li,
    CAST(coalesce(by_order.ict_li, 0) AS BIGINT) AS ict_li,
    CAST(coalesce(by_member.personal_bill_li, 0) + coalesce(by_order.unified_pay_li, 0) AS BIGINT)
        AS total_income_li,
    coalesce(gone.n_gone, 0) AS n_gone
FROM shown
LEFT JOIN by_member USING (group_code)
LEFT JOIN by_order USING (group_code)
LEFT JOIN gone USING (group_code)
"""

#: What is held equal before anything is timed.
COMPARED = (
    "group_code", "n_members", "personal_bill_li", "unified_pay_li", "ict_li", "total_income_li",
)  # fmt: skip
