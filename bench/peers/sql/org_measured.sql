-- What each group adds to the totals of its units, summed once to the finest cells of the counties.
CREATE VIEW org_measured AS
WITH judged AS (
    SELECT
        g.*,
        COALESCE(r.effective_grade, 'NR') AS grade,
        COALESCE(r.suggested_grade, 'NR') AS suggested,
        r.score,
        COALESCE(a.state_evaluable, 0) AS state_evaluable,
        COALESCE(a.state_fired, 0) AS state_fired,
        COALESCE(a.call_evaluable, 0) AS call_evaluable,
        COALESCE(a.call_fired, 0) AS call_fired,
        COALESCE(a.fired, 0) AS any_fired,
        (g.excluded_reason = '')::int AS shown,
        least(floor(r.score / 5), 19)::int AS band,
        rank_of(r.effective_grade) AS rank,
        COALESCE(r.prev_effective_grade, '') AS prev_grade,
        rank_of(r.prev_effective_grade) AS prev_rank
    FROM group_month AS g
    LEFT JOIN group_result AS r USING (group_code)
    LEFT JOIN group_alert AS a USING (group_code)
)

SELECT
    city_code, county_code, account_manager_code, industry_code, grade, size_band,
    shown AS n_groups,
    shown * is_arrived AS n_arrived,
    shown * is_silent AS n_silent,
    is_new AS n_new,
    is_lost AS n_lost_groups,
    is_returned AS n_returned,
    (shown = 1 AND n_members = 0)::int AS n_no_member,
    (shown = 1 AND n_members BETWEEN 1 AND $few)::int AS n_few_member,
    (shown = 1 AND n_members > 0 AND n_valid = 0)::int AS n_no_valid_member,
    $measures,
    CASE WHEN shown = 1 THEN floor(score * 1000000 + 0.5)::bigint END AS score_micro,
    (shown = 1 AND score IS NOT NULL)::int AS n_rated,
    $bands,
    $grades,
    (shown = 1 AND rank < prev_rank AND prev_rank < 5)::int AS n_up,
    (shown = 1 AND rank > prev_rank AND rank < 5)::int AS n_down,
    (shown = 1 AND rank < 2 AND prev_grade <> '' AND prev_rank >= 2)::int AS n_into_a,
    (shown = 1 AND prev_rank < 2 AND rank >= 2)::int AS n_out_of_a,
    state_evaluable AS n_state_evaluable,
    state_fired AS n_state_abnormal,
    call_evaluable AS n_call_evaluable,
    call_fired AS n_call_abnormal,
    any_fired AS n_abnormal_groups
FROM judged;

CREATE TABLE org_cell AS
SELECT city_code, county_code, industry_code, grade, size_band, $sums
FROM org_measured
GROUP BY city_code, county_code, industry_code, grade, size_band
