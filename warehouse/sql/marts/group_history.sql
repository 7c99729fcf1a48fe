-- What earlier months said of each group, by the group that keeps the history.
WITH mapped AS (
    SELECT
        COALESCE(s.successor_code, h.group_code) AS group_code,
        param.month - h.month AS months_back,
        CASE WHEN h.excluded_reason = '' THEN 1 ELSE 0 END AS was_on_net,
        h.total_income_li,
        COALESCE(h.total_income_li, h.personal_bill_li) AS known_income_li,
        h.snapshot_cohort,
        h.n_snapshot_base
    FROM earlier_group_month AS h
    CROSS JOIN param
    LEFT JOIN successor AS s ON s.group_code = h.group_code
),

final AS (
    SELECT
        group_code,
        MAX(CASE WHEN months_back = 1 THEN was_on_net ELSE 0 END) AS was_on_net,
        MAX(CASE WHEN months_back BETWEEN 2 AND 4 THEN was_on_net ELSE 0 END) AS was_on_net_before,
        CAST(SUM(total_income_li) FILTER (WHERE months_back = 1 AND was_on_net = 1) AS BIGINT)
            AS income_prev_li,
        CAST(SUM(total_income_li) FILTER (WHERE months_back <= 2 AND was_on_net = 1) AS BIGINT)
            AS income_2m_li,
        CAST(SUM(known_income_li) FILTER (WHERE months_back <= 2 AND was_on_net = 1) AS BIGINT)
            AS known_income_2m_li,
        MAX(CASE WHEN months_back = 1 THEN snapshot_cohort ELSE '' END) AS snapshot_cohort,
        CAST(SUM(n_snapshot_base) FILTER (WHERE months_back = 1) AS BIGINT) AS n_snapshot_base
    FROM mapped
    GROUP BY group_code
)

SELECT * FROM final
