-- The six months before, by group: shares of abnormal states, call minutes a working day. October
-- looks at plain months; January and February, which count as one, are not among them.
CREATE TABLE past_month AS
SELECT
    r.group_code,
    d.month,
    (h.n_stop_one_way + h.n_stop_two_way + h.n_arrears_stop + h.n_lost + h.n_pre_cancel
        + h.n_cancelled) / nullif(h.n_members + h.n_cancelled, 0)::float8 AS share,
    h.mo_minutes_milli / 1000.0::float8 / d.n_days AS level
FROM group_result AS r
CROSS JOIN working_days AS d
LEFT JOIN earlier_group_month AS h
    ON h.group_code = r.group_code AND h.month = d.month AND h.excluded_reason = ''
    AND h.is_on_net = 1
WHERE d.month BETWEEN $month - 6 AND $month - 1;
ANALYZE past_month;

CREATE TABLE past AS
WITH middle AS (
    SELECT
        group_code,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY share) AS state_median,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY level) AS call_median,
        COUNT(level) AS n_call_history,
        array_agg(share ORDER BY month) AS shares,
        array_agg(level ORDER BY month) AS levels
    FROM past_month
    GROUP BY group_code
),

spread AS (
    SELECT p.group_code, percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(p.level - m.call_median))
        AS call_spread
    FROM past_month AS p
    JOIN middle AS m USING (group_code)
    GROUP BY p.group_code
)

SELECT * FROM middle JOIN spread USING (group_code)
