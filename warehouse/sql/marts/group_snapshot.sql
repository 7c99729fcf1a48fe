-- Snapshot users 拍照用户 of the newest cohort, by group: all of them (the base, if this is the
-- cohort's first month) and those kept. Lost = cancelled, or billed less than 50 yuan, whoever
-- pays, in each of three months; with less than three months at hand nobody is lost by bill.
WITH cohort AS (
    SELECT MAX(snapshot_cohort) AS name FROM members WHERE snapshot_cohort <> ''
),

snapshot_member AS (
    SELECT
        m.group_code,
        m.member_id,
        m.status,
        m.roaming_li + m.new_business_li + m.long_distance_li + m.local_li
            + COALESCE(m.package_li, 0) + COALESCE(m.other_li, 0) AS billed_li,
        cohort.name AS snapshot_cohort
    FROM members AS m
    JOIN cohort ON cohort.name = m.snapshot_cohort
    LEFT JOIN member_duplicate AS d
        ON d.group_code = m.group_code AND d.member_id = m.member_id
    WHERE NOT COALESCE(m.is_test, FALSE) AND d.member_id IS NULL
),

low_before AS (
    SELECT p.member_id
    FROM prev_members AS p
    WHERE p.roaming_li + p.new_business_li + p.long_distance_li + p.local_li
        + COALESCE(p.package_li, 0) + COALESCE(p.other_li, 0) < 50000
        AND p.member_id IN (
            SELECT q.member_id
            FROM prev_prev_members AS q
            WHERE q.roaming_li + q.new_business_li + q.long_distance_li + q.local_li
                + COALESCE(q.package_li, 0) + COALESCE(q.other_li, 0) < 50000
        )
),

judged AS (
    SELECT
        s.group_code,
        s.snapshot_cohort,
        CASE
            WHEN s.status = 'cancelled' THEN 0
            WHEN s.billed_li < 50000 AND s.member_id IN (SELECT member_id FROM low_before) THEN 0
            ELSE 1
        END AS is_kept
    FROM snapshot_member AS s
),

final AS (
    SELECT
        group_code,
        MAX(snapshot_cohort) AS snapshot_cohort,
        COUNT(*) AS n_in_cohort,
        CAST(SUM(is_kept) AS BIGINT) AS n_kept
    FROM judged
    GROUP BY group_code
)

SELECT * FROM final
