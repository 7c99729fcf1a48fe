-- Quartiles of similar groups, rounded to millionths.
WITH q AS (
    SELECT month, industry_code, size_band, COUNT(*) AS n_groups,
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY score)::numeric[] AS s,
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY n_members)::numeric[] AS m,
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY total_income_li)::numeric[]
            AS i
    FROM group_result
    GROUP BY month, industry_code, size_band
)

SELECT *, round(s[1], 6) AS score_q1, round(s[2], 6) AS score_q2, round(s[3], 6) AS score_q3,
    round(m[1], 6) AS n_members_q1, round(m[2], 6) AS n_members_q2, round(m[3], 6) AS n_members_q3,
    round(i[1], 6) AS total_income_li_q1, round(i[2], 6) AS total_income_li_q2,
    round(i[3], 6) AS total_income_li_q3
FROM q
