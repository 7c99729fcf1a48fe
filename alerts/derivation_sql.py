"""Spell the derivation of alerts 告警推导 as set-based SQL; ``alerts.derivation`` says the rules.

Working tables, all of the transaction: ``alert_pairs`` (group × rule that may differ, and from
which month on), ``alert_here`` (the alerts there are of these), ``alert_events`` (firings and
claims, in episodes), ``alert_plan`` and ``alert_now`` (what each alert should be).
"""

from __future__ import annotations

from alerts.levels import HEAVIEST, ORANGE_SUM, RED_SUM, Level
from alerts.triage import CHANGE_SHARE, CLEAN_MONTHS

EVIDENCE = ("weight", "value", "reference", "threshold", "threshold_source", "detail")
OWNER = (
    "name", "city_code", "county_code", "account_manager_code", "effective_grade", "n_members",
    "total_income_li",
)  # fmt: skip
DERIVED = (
    "opened_month", "last_fired_month", "n_firings", "clean_months", "closed_month", "state",
    "level", "evidence_run",
)  # fmt: skip
WRITTEN = (*DERIVED, *OWNER, *EVIDENCE, "series")
_MONTHS = "unnest(%(months)s::int[], %(runs)s::bigint[]) AS m (month, run)"


def _unjudged(rule: str, mart: str) -> str:
    """Return when a month is not a clean one: the group's rule could not be judged in it."""
    return (
        f"({rule} LIKE 'state%%' AND {mart}.state_evaluable = 0"
        f" OR {rule} LIKE 'call%%' AND {mart}.call_evaluable = 0)"
    )


_CLEAN = f"""NOT (p.judged AND EXISTS (
    SELECT FROM mart_group_alert g
    WHERE g.run = m.run AND g.group_code = p.group_code AND {_unjudged("p.rule", "g")}))"""

# Alerts that end before the changed month stay as they are: their episode cannot change any more.
# What fired before the changed month need not be read again: the alert says it ("seed").
PAIRS = """
CREATE TEMPORARY TABLE alert_pairs ON COMMIT DROP AS
SELECT row_number() OVER ()::int AS pair, group_code, rule,
    rule LIKE 'state%%' OR rule LIKE 'call%%' AS judged,
    CASE WHEN count(id) = 1 AND max(last) IS NOT NULL THEN max(last) ELSE min(since) END AS since,
    CASE WHEN count(id) = 1 AND max(last) IS NOT NULL THEN max(id) END AS seed
FROM (
    SELECT group_code, rule, %(changed)s::int AS since, NULL::int AS last, NULL::bigint AS id
    FROM mart_group_rule_hit WHERE run = %(run)s
    UNION ALL
    SELECT group_code, rule,
        CASE WHEN n_firings = 0 THEN 0 ELSE LEAST(opened_month, anchor_month, %(changed)s) END,
        CASE WHEN n_firings > 0 AND last_fired_month < %(changed)s
              AND work_state NOT IN ('resolved', 'suppressed') THEN last_fired_month END, id
    FROM alerts_alert
    WHERE anchor_month IS NOT NULL AND n_firings = 0
       OR LEAST(opened_month, anchor_month) <= %(changed)s
      AND (closed_month IS NULL OR closed_month >= %(changed)s)
) AS touched
GROUP BY group_code, rule
"""
HERE = """
CREATE TEMPORARY TABLE alert_here ON COMMIT DROP AS
SELECT p.pair, a.id, a.version, a.opened_month, a.anchor_month, a.closed_month, a.work_state,
    a.weight, a.evidence_run, a.n_firings, a.suppressed_until, a.suppressed_month,
    a.suppressed_value, a.suppressed_on_change, p.seed IS NOT DISTINCT FROM a.id AS is_seed
FROM alert_pairs p JOIN alerts_alert a USING (group_code, rule)
WHERE LEAST(a.opened_month, a.anchor_month) >= p.since OR a.id = p.seed
"""


def _fired(pairs: str, runs: str) -> str:
    return f"""
    SELECT p.pair, h.month, h.value, h.weight,
        array_position(%(months)s::int[], h.month) AS place
    FROM alert_pairs p
    JOIN mart_group_rule_hit h ON h.group_code = p.group_code AND h.rule = p.rule
    WHERE {pairs} AND h.run = ANY(%({runs})s::bigint[]) AND h.month >= p.since"""


# "claim": the month in which people first took a step with an alert; it keeps its alert apart. One
# that does not fire (any more) is weak: it joins what is open then, or nothing. Most pairs need the
# last months only, so those are read by themselves.
EVENTS = f"""
CREATE TEMPORARY TABLE alert_events ON COMMIT DROP AS
WITH fired AS (
    {_fired("p.since >= %(recent)s", "recent_runs")}
    UNION ALL
    {_fired("p.since < %(recent)s", "runs")}
), claims AS (
    SELECT pair, anchor_month AS month, id,
        CASE WHEN work_state = 'resolved' THEN closed_month END AS cut
    FROM alert_here WHERE anchor_month <= %(newest)s AND NOT is_seed
), told AS (
    SELECT pair, month, f.value, f.weight, f.place, c.id AS claim, c.cut,
        f.place IS NOT NULL AS fired,
        c.id IS NOT NULL AND f.place IS NULL AND c.cut IS NULL AS weak,
        COALESCE(f.place - 1, (SELECT count(*) FROM {_MONTHS} WHERE m.month < c.month)) AS n_before
    FROM fired f FULL JOIN claims c USING (pair, month)
), seeded AS (
    SELECT t.pair, t.month, t.value, t.weight, t.place, t.fired, t.weak, t.n_before, t.cut,
        COALESCE(t.claim, CASE WHEN s.version > 0 THEN s.id END) AS claim, s.id AS seed,
        s.opened_month AS opened, COALESCE(s.n_firings, t.fired::int) AS n, p.judged, p.group_code,
        p.rule
    FROM told t
    JOIN alert_pairs p USING (pair)
    LEFT JOIN alert_here s ON s.is_seed AND s.pair = t.pair AND t.month = p.since
), seen AS (
    SELECT t.*, max(month) FILTER (WHERE fired) OVER earlier AS prev_month,
        max(place) FILTER (WHERE fired) OVER earlier AS prev_place,
        max(cut) OVER earlier AS prev_cut
    FROM seeded t
    WINDOW earlier AS (PARTITION BY pair ORDER BY month
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), parted AS (
    SELECT p.*, CASE
        WHEN prev_cut >= month THEN FALSE
        WHEN prev_month IS NULL OR prev_month <= prev_cut THEN TRUE
        WHEN n_before - prev_place < {CLEAN_MONTHS} THEN FALSE
        WHEN NOT judged THEN TRUE
        ELSE (SELECT count(*) >= {CLEAN_MONTHS} FROM {_MONTHS}
              WHERE m.month > p.prev_month AND m.month < p.month AND {_CLEAN})
        END AS starts
    FROM seen p
), numbered AS (
    SELECT *, sum(starts::int) OVER (PARTITION BY pair ORDER BY month) AS part
    FROM parted WHERE NOT (weak AND starts)
), claimed AS (
    SELECT *, claim IS NOT NULL AND (NOT weak
        OR count(claim) OVER (PARTITION BY pair, part ORDER BY month) = 1) AS holds
    FROM numbered
)
SELECT pair, month, value, weight, place, fired, part, cut, seed, opened, n,
    CASE WHEN holds THEN claim END AS claim,
    GREATEST(count(*) FILTER (WHERE holds) OVER (PARTITION BY pair, part ORDER BY month), 1) AS nth
FROM claimed
"""
# One row an episode, matched with the alert people worked on, the one that says what was before, or
# else one it overlaps.
PLAN = f"""
CREATE TEMPORARY TABLE alert_plan ON COMMIT DROP AS
WITH episodes AS (
    SELECT pair, part, nth, max(claim) AS claim, max(seed) AS seed, max(cut) AS cut,
        sum(n)::int AS n, min(month) AS starts, max(place) AS place,
        COALESCE(min(LEAST(month, opened)) FILTER (WHERE fired), min(month)) AS opened,
        COALESCE(max(month) FILTER (WHERE fired), min(month)) AS last
    FROM alert_events GROUP BY pair, part, nth
), followed AS (
    SELECT *, lead(starts) OVER (PARTITION BY pair, part ORDER BY nth) AS taken_over
    FROM episodes
), judged AS (
    SELECT f.*, p.group_code, p.rule, CASE
        WHEN f.n = 0 OR f.place = cardinality(%(months)s::int[]) THEN ARRAY[]::int[]
        WHEN NOT p.judged AND f.cut IS NULL AND f.taken_over IS NULL
            THEN (%(months)s::int[])[f.place + 1 : f.place + {CLEAN_MONTHS}]
        WHEN f.place = cardinality(%(months)s::int[]) - 1 AND f.cut IS NULL
            THEN CASE WHEN {_unjudged("p.rule", "g")} THEN ARRAY[]::int[]
                      ELSE ARRAY[%(newest)s::int] END
        ELSE ARRAY(SELECT m.month FROM {_MONTHS}
            WHERE m.month > f.last AND m.month <= COALESCE(f.cut, f.taken_over - 1, m.month)
              AND {_CLEAN} ORDER BY m.month LIMIT {CLEAN_MONTHS})
        END AS clean
    FROM followed f JOIN alert_pairs p USING (pair)
    LEFT JOIN mart_group_alert g ON p.judged AND f.place = cardinality(%(months)s::int[]) - 1
        AND g.run = %(newest_run)s AND g.group_code = p.group_code
), closing AS (
    SELECT *, CASE WHEN cut IS NOT NULL THEN cut
        WHEN cardinality(clean) = {CLEAN_MONTHS} THEN clean[{CLEAN_MONTHS}]
        ELSE taken_over END AS closed
    FROM judged
), begun AS (
    SELECT DISTINCT ON (a.id) a.id, a.opened_month, c.pair, c.part, c.nth
    FROM alert_here a JOIN closing c ON c.pair = a.pair AND c.claim IS NULL AND c.seed IS NULL
        AND COALESCE(a.closed_month >= c.opened, TRUE)
        AND (c.closed IS NULL OR a.opened_month <= c.closed)
    WHERE a.version = 0 AND NOT a.is_seed
    ORDER BY a.id, c.opened
), untouched AS (
    SELECT *, row_number() OVER (PARTITION BY pair, part, nth ORDER BY opened_month, id) AS rank
    FROM begun
)
SELECT COALESCE(c.claim, c.seed, u.id) AS id, c.pair, c.part, c.nth, c.group_code, c.rule, c.n,
    c.opened, c.last, (%(runs)s::bigint[])[c.place] AS run,
    cardinality(c.clean)::smallint AS n_clean, c.closed
FROM closing c
LEFT JOIN untouched u ON u.pair = c.pair AND u.part = c.part AND u.nth = c.nth AND u.rank = 1
UNION ALL
SELECT a.id, p.pair, -1, -1, p.group_code, p.rule, 0, a.anchor_month, a.anchor_month, NULL, 0,
    CASE WHEN a.work_state = 'resolved' THEN a.closed_month ELSE a.anchor_month END
FROM alert_here a JOIN alert_pairs p USING (pair)
WHERE a.version > 0
  AND NOT EXISTS (SELECT FROM alert_events e WHERE e.pair = a.pair AND e.claim = a.id)
"""
# A put-off alert is shown again after its day, or when its value moved enough; levels as levels.py.
NOW = f"""
CREATE TEMPORARY TABLE alert_now ON COMMIT DROP AS
WITH shown AS (
    SELECT p.id, p.group_code, p.rule, p.opened AS opened_month, p.last AS last_fired_month,
        p.n AS n_firings, p.n_clean AS clean_months, p.closed AS closed_month,
        COALESCE(p.run, a.evidence_run) AS evidence_run,
        a.id IS NULL OR a.evidence_run IS DISTINCT FROM COALESCE(p.run, a.evidence_run) AS is_news,
        COALESCE(e.weight, a.weight) AS weight,
        CASE WHEN p.n > 0 AND p.closed < %(newest)s THEN p.closed ELSE %(newest)s END AS as_of,
        CASE WHEN a.work_state = 'resolved' THEN 'resolved'
        WHEN p.n = 0 OR p.closed IS NOT NULL THEN 'auto_closed'
        WHEN COALESCE(a.work_state, 'new') <> 'suppressed' THEN COALESCE(a.work_state, 'new')
        WHEN a.suppressed_until < %(today)s OR a.suppressed_on_change AND EXISTS (
            SELECT FROM alert_events e
            WHERE e.pair = p.pair AND e.part = p.part AND e.nth = p.nth AND e.fired
              AND e.month > a.suppressed_month AND e.value <> a.suppressed_value
              AND abs(e.value - a.suppressed_value)
                  >= {CHANGE_SHARE - 1e-9} * abs(a.suppressed_value)) THEN 'new'
        ELSE 'suppressed' END AS state
    FROM alert_plan p
    LEFT JOIN alert_here a ON a.id = p.id
    LEFT JOIN alert_events e ON e.pair = p.pair AND e.month = p.last AND e.fired AND p.n > 0
), weighed AS (
    SELECT *, sum(weight) FILTER (WHERE state = ANY(%(active)s)) OVER of_group AS total,
        max(weight) FILTER (WHERE state = ANY(%(active)s)) OVER of_group AS heaviest,
        count(*) FILTER (WHERE state = ANY(%(active)s)) OVER of_group AS n_active
    FROM shown WINDOW of_group AS (PARTITION BY group_code)
)
SELECT id, group_code, rule, opened_month, last_fired_month, n_firings, clean_months, closed_month,
    evidence_run, is_news, as_of, state, CASE
    WHEN state <> ALL(%(open)s) OR total IS NULL THEN {Level.NONE:d}
    WHEN total >= {RED_SUM} OR heaviest = {HEAVIEST} AND n_active > 1 THEN {Level.RED:d}
    WHEN total >= {ORANGE_SUM} THEN {Level.ORANGE:d}
    ELSE {Level.YELLOW:d} END AS level
FROM weighed
"""
#: Runs that tell what some alert has not been told yet.
SAID = "SELECT array_agg(DISTINCT evidence_run) FROM alert_now WHERE is_news"
# An alert nobody touched whose months say nothing (any more) never was.
FORGET = """
DELETE FROM alerts_alert WHERE id IN (
    SELECT id FROM alert_here h
    WHERE h.version = 0 AND NOT EXISTS (SELECT FROM alert_now n WHERE n.id = h.id))
"""
# Whose a group is, and what it fired on: of the newest month up to the alert's end.
_SOURCES = f"""
    LEFT JOIN group_result_now r
        ON r.run = %(newest_run)s AND r.group_code = n.group_code AND n.as_of >= %(newest)s
    LEFT JOIN LATERAL (
        SELECT g.* FROM {_MONTHS} JOIN group_result_now g ON g.run = m.run
        WHERE r.group_code IS NULL AND m.month <= n.as_of AND g.group_code = n.group_code
        ORDER BY m.month DESC LIMIT 1
    ) o ON TRUE
    LEFT JOIN mart_group_rule_hit h ON n.is_news AND h.run = ANY(%(said)s::bigint[])
        AND h.run = n.evidence_run AND h.group_code = n.group_code AND h.rule = n.rule
    LEFT JOIN mart_group_alert s
        ON s.run = ANY(%(said)s::bigint[]) AND s.run = h.run AND s.group_code = h.group_code
"""
_SERIES = """CASE WHEN h.rule LIKE 'state%%' THEN s.state_series
    WHEN h.rule LIKE 'call%%' THEN s.call_series END"""
_FRESH = {
    **{name: f"n.{name}" for name in DERIVED},
    **{name: f"COALESCE(r.{name}, o.{name})" for name in OWNER},
    **{name: f"h.{name}" for name in EVIDENCE},
    "series": _SERIES,
}
_KEPT = {
    **_FRESH,
    **{name: f"COALESCE(r.{name}, o.{name}, a.{name})" for name in OWNER},
    **{
        name: f"CASE WHEN h.run IS NULL THEN a.{name} ELSE {_FRESH[name]} END"
        for name in (*EVIDENCE, "series")
    },
}
# Those that end first: there is never more than one open alert of a group and rule.
UPDATE = f"""
UPDATE alerts_alert a SET {", ".join(f"{name} = {_KEPT[name]}" for name in WRITTEN)}
FROM alert_now n {_SOURCES}
WHERE n.id = a.id AND (n.state = ANY(%(open)s)) = %(opens)s
  AND ({", ".join(f"a.{name}" for name in WRITTEN)})
      IS DISTINCT FROM ({", ".join(_KEPT[name] for name in WRITTEN)})
"""
INSERT = f"""
INSERT INTO alerts_alert (group_code, rule, work_state, reason, suppressed_on_change, version,
    created_at, {", ".join(WRITTEN)})
SELECT n.group_code, n.rule, 'new', '', FALSE, 0, now(),
    {", ".join(_FRESH[name] for name in WRITTEN)}
FROM alert_now n {_SOURCES}
WHERE n.id IS NULL
"""
