"""Bring alerts in line with the published months 告警与账期同步, inside the publishing transaction.

``alerts.derivation`` says what the months and people's steps make of alerts; here levels, opened
groups and grades follow. Everything is set-based: publishing must stay one short transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.disclosures import Disclosure, disclose
from alerts.derivation import derive_alerts
from alerts.levels import HEAVIEST, ORANGE_SUM, RED_SUM, Level
from alerts.tally import fold
from alerts.triage import ACTIVE, OPEN
from alerts.triage_models import Alert
from core.month import Month

#: Publishing takes it alone, people's steps share it: neither sees the other half-way.
TRIAGE_LOCK = 4_719
EVERY = Q()

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
    if not derive_alerts(changed):
        refresh_levels()
    refresh_disclosures()
    fold()


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


def lock_groups(groups: Iterable[str] | QuerySet[Any, Any]) -> None:
    """Let steps on the same groups follow each other: a level is of all alerts of its group."""
    rows = Alert.objects.filter(group_code__in=groups).order_by("pk").select_for_update()
    list(rows.values_list("pk", flat=True))


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
    lock_groups(groups)
    woken = rows.update(state="new")
    refresh_levels(groups)
    return woken
