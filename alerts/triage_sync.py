"""Bring alerts in line with the published months 告警与账期同步, inside the publishing transaction.

What is shown follows from three things only: the published months, the firings of each (copied
from ``mart_group_rule_hit``), and what people did (``work_state``). So a month that is withdrawn
and published again leaves what one publishing leaves. Only the newest published month opens
alerts; publishing an older one again refreshes its evidence. Everything is set-based: a province
has tens of thousands of alerts, and publishing must stay one short transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.disclosures import Disclosure, disclose
from alerts.levels import HEAVIEST, ORANGE_SUM, RED_SUM, Level
from alerts.triage import ACTIVE, CHANGE_SHARE, CLEAN_MONTHS, OPEN
from alerts.triage_models import Alert
from core.month import Month
from warehouse.models import PublishedMonth

#: Publishing takes it alone, people's steps share it: neither sees the other half-way.
TRIAGE_LOCK = 4_713
NOTHING = -1
EVERY = Q()
EVIDENCE = "weight, value, reference, threshold, threshold_source, detail"

_FIRINGS = f"""
INSERT INTO alerts_alertfiring (month, run, group_code, rule, {EVIDENCE}, series)
SELECT h.month, h.run, h.group_code, h.rule, h.weight, h.value, h.reference, h.threshold,
       h.threshold_source, h.detail,
       CASE WHEN h.rule LIKE 'state%%' THEN g.state_series
            WHEN h.rule LIKE 'call%%' THEN g.call_series END
FROM mart_group_rule_hit h
LEFT JOIN mart_group_alert g ON g.run = h.run AND g.group_code = h.group_code
WHERE h.run = ANY(%(runs)s)
"""
# An alert nobody touched, opened by a month that says nothing (any more), never was.
_FORGET = """
DELETE FROM alerts_alert a
WHERE a.version = 0 AND a.opened_month >= %(newest)s AND NOT EXISTS (
    SELECT FROM alerts_alertfiring f
    WHERE f.group_code = a.group_code AND f.rule = a.rule AND f.month >= a.opened_month)
"""
_OPEN = f"""
INSERT INTO alerts_alert (
    group_code, rule, name, city_code, county_code, account_manager_code, effective_grade,
    n_members, total_income_li, {EVIDENCE}, series, opened_month, last_fired_month, n_firings,
    clean_months, state, work_state, level, reason, suppressed_on_change, version, created_at)
SELECT h.group_code, h.rule, h.name, h.city_code, h.county_code, h.account_manager_code,
    h.effective_grade, h.n_members, h.total_income_li, f.weight, f.value, f.reference,
    f.threshold, f.threshold_source, f.detail, f.series, f.month, f.month, 1, 0, 'new', 'new', 0,
    '', FALSE, 0, now()
FROM alerts_alertfiring f
JOIN mart_group_rule_hit h ON h.run = f.run AND h.group_code = f.group_code AND h.rule = f.rule
WHERE f.month = %(newest)s AND NOT EXISTS (
    SELECT FROM alerts_alert a
    WHERE a.group_code = f.group_code AND a.rule = f.rule AND a.opened_month <= f.month
      AND (a.closed_month IS NULL OR a.closed_month >= f.month))
"""
# One row an alert the months may still change. A month in which a rule could not be judged
# (January's calls, too few members) is not a clean one. Without any firing left, because its month
# was withdrawn, an alert is closed until that month comes back.
_DERIVE = f"""
CREATE TEMPORARY TABLE alert_derived ON COMMIT DROP AS
WITH months AS (
    SELECT month_index AS month, run_id AS run FROM warehouse_publishedmonth
    WHERE run_id IS NOT NULL AND month_index <= %(newest)s
), judged AS (
    SELECT a.id, a.group_code, a.rule, a.opened_month, fired.n, fired.last, fired.moved
    FROM alerts_alert a, LATERAL (
        SELECT count(*) AS n, max(f.month) AS last, COALESCE(bool_or(
            f.month > a.suppressed_month
            AND abs(f.value - a.suppressed_value) >= {CHANGE_SHARE - 1e-9} * abs(a.suppressed_value)
            AND f.value <> a.suppressed_value), FALSE) AS moved
        FROM alerts_alertfiring f
        WHERE f.group_code = a.group_code AND f.rule = a.rule AND f.month >= a.opened_month
    ) fired
    WHERE a.work_state <> 'resolved'
      AND (a.closed_month IS NULL OR a.closed_month >= %(newest)s OR a.n_firings = 0)
)
SELECT j.id, j.n, j.last, j.opened_month, j.moved, clean.months,
       COALESCE(cardinality(clean.months), 0) AS n_clean
FROM judged j, LATERAL (
    SELECT array_agg(m.month ORDER BY m.month) AS months FROM months m
    WHERE m.month > j.last AND NOT EXISTS (
        SELECT FROM mart_group_alert g
        WHERE g.run = m.run AND g.group_code = j.group_code
          AND ((j.rule LIKE 'state%%' AND g.state_evaluable = 0)
            OR (j.rule LIKE 'call%%' AND g.call_evaluable = 0)))
) clean
"""
_CLOSE = f"""
UPDATE alerts_alert a SET
    state = 'auto_closed', n_firings = d.n, clean_months = d.n_clean,
    last_fired_month = COALESCE(d.last, a.opened_month),
    closed_month = CASE WHEN d.n = 0 THEN d.opened_month ELSE d.months[{CLEAN_MONTHS}] END
FROM alert_derived d
WHERE d.id = a.id AND (d.n = 0 OR d.n_clean >= {CLEAN_MONTHS})
"""
_KEEP = f"""
UPDATE alerts_alert a SET
    n_firings = d.n, clean_months = d.n_clean, last_fired_month = d.last, closed_month = NULL,
    state = CASE WHEN a.work_state = 'suppressed' AND (d.moved AND a.suppressed_on_change
                      OR a.suppressed_until < %(today)s) THEN 'new' ELSE a.work_state END,
    {", ".join(f"{name.strip()} = f.{name.strip()}" for name in f"{EVIDENCE}, series".split(","))}
FROM alert_derived d, alerts_alertfiring f
WHERE d.id = a.id AND d.n > 0 AND d.n_clean < {CLEAN_MONTHS}
  AND f.group_code = a.group_code AND f.rule = a.rule AND f.month = d.last
  AND NOT EXISTS (
    SELECT FROM alerts_alert other
    WHERE other.group_code = a.group_code AND other.rule = a.rule AND other.id <> a.id
      AND other.state = ANY(%(open)s))
"""
_OWNERS = """
UPDATE alerts_alert a SET
    name = r.name, city_code = r.city_code, county_code = r.county_code,
    account_manager_code = r.account_manager_code, effective_grade = r.effective_grade,
    n_members = r.n_members, total_income_li = r.total_income_li
FROM group_result_now r
WHERE r.run = %(run)s AND r.group_code = a.group_code AND a.state = ANY(%(open)s)
  AND (a.name, a.city_code, a.county_code, a.account_manager_code, a.effective_grade,
       a.n_members, a.total_income_li)
      IS DISTINCT FROM (r.name, r.city_code, r.county_code, r.account_manager_code,
       r.effective_grade, r.n_members, r.total_income_li)
"""
_GRADES = """
UPDATE alerts_alert a SET effective_grade = r.effective_grade
FROM group_result_now r
WHERE r.run = %(run)s AND r.group_code = ANY(%(groups)s) AND a.group_code = r.group_code
  AND a.state = ANY(%(open)s) AND a.effective_grade IS DISTINCT FROM r.effective_grade
  AND r.run = (
    SELECT run_id FROM warehouse_publishedmonth WHERE run_id IS NOT NULL
    ORDER BY month_index DESC LIMIT 1)
"""
_LEVELS = f"""
WITH weighed AS (
    SELECT group_code, sum(weight) AS total, max(weight) AS heaviest, count(*) AS n
    FROM alerts_alert WHERE state = ANY(%(active)s) GROUP BY group_code
), levelled AS (
    SELECT a.id, CASE
        WHEN a.state <> ALL(%(open)s) OR w.total IS NULL THEN {Level.NONE:d}
        WHEN w.total >= {RED_SUM} OR w.heaviest = {HEAVIEST} AND w.n > 1 THEN {Level.RED:d}
        WHEN w.total >= {ORANGE_SUM} THEN {Level.ORANGE:d}
        ELSE {Level.YELLOW:d} END AS level
    FROM alerts_alert a LEFT JOIN weighed w USING (group_code)
    WHERE %(groups)s::text[] IS NULL OR a.group_code = ANY(%(groups)s)
)
UPDATE alerts_alert a SET level = l.level
FROM levelled l WHERE l.id = a.id AND a.level <> l.level
"""


def sync_alerts(changed: Month) -> None:
    """Follow a month that was published or withdrawn; call it inside that transaction."""
    lock(shared=False)
    runs = dict(
        PublishedMonth.objects.filter(run__isnull=False).values_list("month_index", "run_id")
    )
    newest = max(runs, default=NOTHING)
    about = {
        "newest": newest,
        "run": runs.get(newest),
        "runs": [runs[index] for index in {changed.index, newest} & set(runs)],
        "months": [changed.index, newest],
        "open": list(OPEN),
        "today": timezone.localdate(),
    }
    with connection.cursor() as cursor:
        stale = "DELETE FROM alerts_alertfiring WHERE month > %(newest)s OR month = ANY(%(months)s)"
        cursor.execute("DROP TABLE IF EXISTS alert_derived")
        for statement in (stale, _FIRINGS, _FORGET, _OPEN, _DERIVE, _CLOSE, _KEEP, _OWNERS):
            cursor.execute(statement, about)
    refresh_levels()
    refresh_disclosures()


def follow_grades(run_id: int, group_codes: Sequence[str]) -> None:
    """Show the effective grades 生效等级 of some groups, if the run is what readers see now."""
    about: dict[str, Any] = {"run": run_id, "groups": list(group_codes), "open": list(OPEN)}
    with connection.cursor() as cursor:
        cursor.execute(_GRADES, about)


def lock(*, shared: bool) -> None:
    """Keep people's steps and publishing apart until the transaction ends."""
    name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s)", [TRIAGE_LOCK])


def refresh_levels(groups: Sequence[str] | None = None) -> None:
    """Level groups anew from what is open on them; all groups where none are named."""
    about = {
        "active": list(ACTIVE),
        "open": list(OPEN),
        "groups": None if groups is None else sorted(set(groups)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEVELS, about)


def refresh_disclosures(about: Q = EVERY) -> None:
    """Open to their city what is escalated and open, close what is no longer 上报范围.

    ``about`` narrows the alerts looked at.
    """
    alerts = Alert.objects.filter(about)
    wanted = set(alerts.open().escalated().values_list("pk", "city_code", "group_code"))
    rows = Disclosure.objects.filter(basis=Disclosure.Basis.ALERT, closed_at=None)
    if about != EVERY:
        rows = rows.filter(basis_id__in=alerts.values("pk"))
    for row in rows:
        if (row.basis_id, row.city_code, row.group_code) not in wanted:
            row.closed_at = timezone.now()
            row.save(update_fields=["closed_at"])
    for pk, city_code, group_code in sorted(wanted):
        disclose(group_code=group_code, city_code=city_code, basis="alert", basis_id=pk)


def wake_due(today: dt.date) -> int:
    """Show again what was put off until a day that has passed 到期恢复提醒; return how many."""
    rows = Alert.objects.filter(state="suppressed", suppressed_until__lt=today)
    groups = list(rows.values_list("group_code", flat=True))
    lock(shared=True)
    woken = rows.update(state="new")
    refresh_levels(groups)
    return woken
