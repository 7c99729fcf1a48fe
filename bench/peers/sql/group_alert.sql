-- States and calls against what went before and the thresholds of each group's class.
WITH counted AS (
    SELECT
        r.month, r.group_code, r.name, r.city_code, r.county_code, r.account_manager_code,
        r.industry_code, r.size_band, r.n_members, r.total_income_li, r.effective_grade,
        g.n_stop_one_way + g.n_stop_two_way + g.n_arrears_stop + g.n_lost + g.n_pre_cancel
            + g.n_cancelled AS n_abnormal,
        g.n_members + g.n_cancelled AS state_base,
        g.n_silent_members,
        g.n_silent_members / nullif(g.n_members, 0)::float8 AS silent_share,
        g.mo_minutes_milli / 1000.0::float8 / d.n_days AS call_level,
        p.state_median, p.call_median, p.call_spread, p.n_call_history, p.shares, p.levels,
        t.min_members, t.state_share AS state_share_limit, t.state_jump AS state_jump_limit,
        t.call_change AS call_change_limit, t.silent_share AS silent_share_limit
    FROM group_result AS r
    JOIN group_month AS g USING (group_code)
    JOIN past AS p ON p.group_code = r.group_code
    JOIN working_days AS d ON d.month = $month
    JOIN threshold AS t ON t.class = class_of(r.effective_grade)
),

measured AS (
    SELECT
        *,
        n_abnormal / nullif(state_base, 0)::float8 AS state_share,
        CASE
            WHEN call_spread > 0 THEN 0.6745 * (call_level - call_median) / call_spread
            WHEN call_level > call_median THEN 'infinity'
            WHEN call_level < call_median THEN '-infinity'
        END::float8 AS z,
        n_call_history >= 4 AND n_members >= min_members AND call_level IS NOT NULL
            AS can_call,
        state_base >= min_members AS can_state
    FROM counted
),

bounded AS (
    SELECT *, CASE WHEN state_base < 30 THEN wilson_lower(n_abnormal, state_base)
        ELSE state_share END AS state_lower
    FROM measured
),

judged AS (
    SELECT
        *,
        COALESCE(n_abnormal >= min_members AND state_lower >= state_share_limit, FALSE)
            AND can_state AS by_share,
        COALESCE(n_abnormal >= min_members AND state_share - state_median >= state_jump_limit,
            FALSE) AND can_state AS by_jump,
        COALESCE(can_call AND call_median > 0 AND z <= -3.5
            AND call_level <= (1 - call_change_limit) * call_median, FALSE) AS dropped,
        COALESCE(can_call AND call_median > 0 AND z >= 3.5
            AND call_level >= (1 + call_change_limit) * call_median, FALSE) AS rose,
        COALESCE(can_call AND call_median > 0 AND silent_share >= silent_share_limit, FALSE)
            AS quiet
    FROM bounded
)

SELECT
    j.*,
    (by_share OR by_jump OR dropped OR rose OR quiet)::int AS fired,
    can_state::int AS state_evaluable,
    can_call::int AS call_evaluable,
    (by_share OR by_jump)::int AS state_fired,
    by_share::int AS state_by_share,
    by_jump::int AS state_by_jump,
    shares || state_share AS state_series,
    CASE WHEN can_state THEN '' ELSE 'few_members' END AS state_reason,
    (dropped OR rose OR quiet)::int AS call_fired,
    dropped::int AS call_dropped,
    rose::int AS call_rose,
    quiet::int AS call_silent,
    nullif(nullif(z, 'infinity'), '-infinity') AS call_z,
    levels || call_level AS call_series,
    CASE WHEN can_call THEN '' WHEN n_members < min_members THEN 'few_members'
        WHEN call_level IS NULL THEN 'no_calls' ELSE 'short_history' END AS call_reason
FROM judged AS j
