-- The quartiles of similar groups 同类集团: same industry, same size, whole province. Rounded, so
-- that interpolating engines agree.
WITH final AS (
    SELECT
        CAST(MAX(month) AS INT) AS month,
        industry_code,
        size_band,
        COUNT(*) AS n_groups,
        round(percentile_cont(0.25) WITHIN GROUP (ORDER BY score), 6) AS score_q1,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY score), 6) AS score_q2,
        round(percentile_cont(0.75) WITHIN GROUP (ORDER BY score), 6) AS score_q3,
        round(percentile_cont(0.25) WITHIN GROUP (ORDER BY CAST(n_members AS DOUBLE)), 6)
            AS n_members_q1,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(n_members AS DOUBLE)), 6)
            AS n_members_q2,
        round(percentile_cont(0.75) WITHIN GROUP (ORDER BY CAST(n_members AS DOUBLE)), 6)
            AS n_members_q3,
        round(percentile_cont(0.25) WITHIN GROUP (ORDER BY CAST(total_income_li AS DOUBLE)), 6)
            AS total_income_li_q1,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(total_income_li AS DOUBLE)), 6)
            AS total_income_li_q2,
        round(percentile_cont(0.75) WITHIN GROUP (ORDER BY CAST(total_income_li AS DOUBLE)), 6)
            AS total_income_li_q3
    FROM group_result
    GROUP BY industry_code, size_band
)

SELECT * FROM final
