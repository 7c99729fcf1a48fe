-- Score, grades and the way of the change. Every month is a review month, so the effective grade is the
-- suggested one unless another was approved.
WITH moved AS (
    SELECT
        g.group_code,
        now.suggested,
        CASE WHEN a.grade IS NULL THEN now.suggested ELSE rank_of(a.grade) END AS grade,
        rank_of(COALESCE(b.grade, e.effective_grade)) AS before,
        COALESCE(crossed.suggested, now.suggested) AS crossed,
        COALESCE(old_cut.suggested, now.suggested) AS old_cut,
        CASE WHEN e.effective_source = 'adjustment' THEN rank_of(e.suggested_grade)
            ELSE rank_of(e.effective_grade) END AS base
    FROM group_score AS g
    JOIN graded AS now USING (group_code)
    LEFT JOIN graded_crossed AS crossed USING (group_code)
    LEFT JOIN graded_old_cut AS old_cut USING (group_code)
    LEFT JOIN earlier_group_result AS e USING (group_code)
    LEFT JOIN approved AS a ON a.group_code = g.group_code
    LEFT JOIN approved_before AS b ON b.group_code = e.group_code
),

caused AS (
    SELECT
        *,
        sign(grade - before)::int AS direction,
        sign(grade - before)::int * (grade - suggested - before + base) AS manual,
        sign(grade - before)::int * (old_cut - crossed) AS model,
        sign(grade - before)::int * (suggested - old_cut) AS threshold,
        sign(grade - before)::int * (crossed - base) AS data
    FROM moved
),

way AS (
    SELECT
        group_code,
        CASE
            WHEN direction = 0 THEN ''
            WHEN before = 5 THEN 'first'
            WHEN grade = 5 THEN 'score_down'
            WHEN manual >= greatest(model, threshold, data)
                THEN CASE WHEN direction < 0 THEN 'approved_up' ELSE 'approved_down' END
            WHEN model >= greatest(threshold, data) THEN 'model'
            WHEN threshold >= data THEN 'threshold'
            WHEN direction < 0 THEN 'score_up'
            ELSE 'score_down'
        END AS grade_way
    FROM caused
)

SELECT
    m.*,
    s.score, s.weight_present, s.n_missing, s.points, s.weights, s.bars, s.missing,
    d.floor_bar, d.grade_held, d.floored,
    grade_of(d.raw) AS raw_grade,
    grade_of(d.suggested) AS suggested_grade,
    COALESCE(a.grade, grade_of(d.suggested)) AS effective_grade,
    CASE WHEN a.grade IS NULL THEN 'suggested' ELSE 'adjustment' END AS effective_source,
    w.grade_way,
    e.score AS prev_score,
    COALESCE(e.suggested_grade, '') AS prev_suggested_grade,
    COALESCE(b.grade, e.effective_grade, '') AS prev_effective_grade
FROM group_score AS s
JOIN (
    SELECT month, group_code, name, city_code, county_code, account_manager_code, industry_code,
        size_band, n_members, total_income_li
    FROM group_month
) AS m USING (group_code)
JOIN graded AS d USING (group_code)
JOIN way AS w USING (group_code)
LEFT JOIN earlier_group_result AS e USING (group_code)
LEFT JOIN approved AS a ON a.group_code = s.group_code
LEFT JOIN approved_before AS b ON b.group_code = e.group_code
