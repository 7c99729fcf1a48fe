-- Cut-offs, hysteresis against the month before, rule floor. $table holds score by group; ranks: 0 is
-- A1, 4 is C, 5 not rated. Makes $made with the grade by score, the grade kept and the one suggested.
CREATE TABLE $made AS
WITH past AS (
    SELECT
        s.group_code,
        s.score,
        rank_of(g.grade_floor) AS floor,
        rank_of(e.suggested_grade) AS previous,
        rank_of(e.raw_grade) AS previous_raw,
        $raw AS raw,
        $above AS above,
        $below AS below
    FROM $table AS s
    JOIN group_month AS g USING (group_code)
    LEFT JOIN earlier_group_result AS e USING (group_code)
),

held AS (
    SELECT
        *,
        CASE
            WHEN raw = 5 OR previous = 5 THEN raw
            WHEN raw < previous THEN least(
                least(above, previous), least(greatest(raw, previous_raw), previous)
            )
            WHEN raw > previous THEN greatest(
                greatest(below, previous),
                CASE WHEN previous_raw < 5 THEN greatest(least(raw, previous_raw), previous)
                    ELSE previous END
            )
            ELSE raw
        END AS kept
    FROM past
)

SELECT
    group_code,
    raw,
    (kept <> raw)::int AS grade_held,
    (kept < 5 AND floor < kept)::int AS floored,
    CASE WHEN kept < 5 AND floor < kept THEN floor ELSE kept END AS suggested,
    CASE
        WHEN kept < 5 AND floor < kept
            THEN greatest((ARRAY[$cuts, 0])[floor + 1] - score, 0)
        ELSE 0
    END AS floor_bar
FROM held
