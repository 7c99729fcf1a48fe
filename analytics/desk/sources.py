"""List where today's to-do 今日待办 comes from: one function a source, gathered in ``SOURCES``.

A source takes the desk and yields its lines. To add one, write a function like those below and
name it in ``SOURCES``; its kind stands in ``tasks.KINDS`` and its words in ``words``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from adjustments.models import GradeAdjustment
from adjustments.queries import inbox
from adjustments.states import State as Request
from alerts.alert_queries import WORST_FIRST
from alerts.levels import Level
from alerts.threshold_words import rule_name
from alerts.triage import State
from alerts.triage_models import STATES, Alert
from analytics import following
from analytics.desk import queries
from analytics.desk.desk import Desk
from analytics.desk.tasks import (
    CONTRACT_DAYS,
    Task,
    birthdays,
    urgency_of_arrears,
    urgency_of_contract,
)
from core import formats
from core.month import Month
from warehouse.dictionary_names import name_said

Source = Callable[[Desk], Iterator[Task]]
#: Rules whose subject has lines of its own here, by day and by amount.
OWN_LINES = ("contract_end", "arrears")
REJECTED_DAYS = 30
EXPIRING_DAYS = 30
LEVELS = {
    Level.RED: gettext_lazy("红色预警"),
    Level.ORANGE: gettext_lazy("橙色预警"),
    Level.YELLOW: gettext_lazy("黄色预警"),
    Level.NONE: gettext_lazy("未定级"),
}


def alerts(desk: Desk) -> Iterator[Task]:
    """Yield the open alerts 异常告警, one line a group; dues and arrears have their own."""
    mine = Alert.objects.visible_to(desk.scope).inside(desk.selection).active()
    by_group: dict[str, list[Alert]] = {}
    for row in mine.order_by(*WORST_FIRST)[: queries.MOST_ROWS]:
        if not _has_own_line(desk, row):
            by_group.setdefault(row.group_code, []).append(row)
    for code, found in by_group.items():
        first = found[0]
        rules = _("、").join(rule_name(row.rule) for row in found)
        is_new = any(row.state == State.NEW for row in found)
        yield Task(
            kind="alert",
            urgency=0 if first.level == Level.RED else 1,
            text=_("{rules}，{level}").format(rules=rules, level=LEVELS[Level(first.level)]),
            url=reverse("anomaly_alerts_alert", args=[first.pk]),
            group_code=code,
            group_name=first.name,
            count=len(found),
            size=10.0 * first.level + len(found),
            step=str(STATES[State.NEW]) if is_new else "",
        )


def _has_own_line(desk: Desk, row: Alert) -> bool:
    """Tell whether what an alert is about stands on the desk anyway, by day or by amount.

    An open alert of an earlier month is not: the group owes nothing any more, yet it waits.
    """
    if row.rule not in OWN_LINES or row.last_fired != desk.month:
        return False
    gone = (desk.today - desk.month.last_day).days
    return row.rule != "contract_end" or row.value is None or row.value >= gone


def returned(desk: Desk) -> Iterator[Task]:
    """Yield requests that came back 申请退回: to be confirmed again, or rejected of late."""
    if not desk.is_own:
        return
    since = desk.today - dt.timedelta(days=REJECTED_DAYS)
    rows = inbox(desk.scope, "mine").filter(requester_id=desk.scope.user_id)
    seen: set[str] = set()
    for row in rows.order_by("-id")[: queries.MOST_ROWS]:
        if row.group_code in seen:
            continue  # a newer request took its place
        seen.add(row.group_code)
        if row.state == Request.NEEDS_RECONFIRMATION or (
            row.state == Request.REJECTED
            and row.decided_at is not None
            and row.decided_at.date() >= since
        ):
            yield _returned(desk, row)


def _returned(desk: Desk, row: GradeAdjustment) -> Task:
    asked = {"grade": row.requested_grade, "comment": row.comment}
    said = _("{grade} 调级申请被驳回：{comment}")
    if row.state == Request.NEEDS_RECONFIRMATION:
        said = _("{grade} 调级申请需重新确认：建议等级已变化")
    return Task(
        kind="returned",
        urgency=0 if row.state == Request.NEEDS_RECONFIRMATION else 1,
        text=said.format(**asked),
        url=reverse("adjustments_request", args=[row.pk]),
        group_code=row.group_code,
        group_name=row.group_name,
    )


def expiring(desk: Desk) -> Iterator[Task]:
    """Yield approved grades that end within 30 days 调级到期; then the suggested one holds."""
    if not desk.is_own:
        return
    last = Month.of(desk.today + dt.timedelta(days=EXPIRING_DAYS + 1)).plus(-1)
    rows = inbox(desk.scope, "decided").filter(
        state=Request.APPROVED,
        to_month_index__lte=last.index,
        account_manager_code=desk.selection.account_manager_code,
    )
    for row in rows.order_by("to_month_index", "pk")[: queries.MOST_ROWS]:
        day = Month.from_index(row.to_month_index or 0).last_day
        said = _("调整后的等级 {grade} 于 {day} 到期").format(
            grade=row.requested_grade, day=formats.day(day)
        )
        yield Task(
            kind="expiring",
            urgency=1,
            text=said,
            url=desk.group(row.group_code, "service"),
            group_code=row.group_code,
            group_name=row.group_name,
            due=day,
        )


def dues(desk: Desk) -> Iterator[Task]:
    """Yield contracts that end within 90 days 合同到期, and birthdays of key people 关键人生日."""
    days = birthdays(desk.today)
    last = desk.today + dt.timedelta(days=CONTRACT_DAYS)
    rows = queries.dues_of(
        desk.scope, desk.run, desk.selection, until=(desk.today, last), month_days=list(days)
    )
    ending: dict[tuple[str, dt.date], list[dict[str, Any]]] = {}
    for row in rows:
        if row["kind"] == "contract":
            ending.setdefault((row["group_code"], row["due_date"]), []).append(row)
        else:
            yield _birthday(desk, row, days[row["month_day"]])
    for same in ending.values():
        yield _contract(desk, same)


def _contract(desk: Desk, rows: list[dict[str, Any]]) -> Task:
    """Say which contracts of one group end on one day."""
    first = rows[0]
    left = (first["due_date"] - desk.today).days
    # a contract of the whole group stands in its profile, not among its products
    is_listed = any(row["product_code"] or row["amount_li"] is not None for row in rows)
    tab = "products" if is_listed else "basic"
    names = [name_said(row["product"]) or row["product_code"] or str(_("集团合同")) for row in rows]
    said = _("{product} {day} 到期，{left}").format(
        product=_("、").join(names), day=formats.day(first["due_date"]), left=days_said(left)
    )
    return Task(
        kind="contract",
        urgency=urgency_of_contract(left),
        text=said,
        url=desk.group(first["group_code"], tab),
        group_code=first["group_code"],
        group_name=first["name"],
        count=len(rows),
        due=first["due_date"],
        size=sum(row["amount_li"] or 0 for row in rows),
    )


def _birthday(desk: Desk, row: dict[str, Any], day: dt.date) -> Task:
    left = (day - desk.today).days
    person = " ".join(part for part in (row["person"], row["detail"]) if part) or _("关键人")
    said = _("{person} {day} 生日，{left}").format(
        person=person, day=formats.month_day(day), left=days_said(left)
    )
    return Task(
        kind="birthday",
        urgency=1 if left <= 1 else 2,
        text=said,
        url=desk.group(row["group_code"], "basic") + "#table-people",
        group_code=row["group_code"],
        group_name=row["name"],
        due=day,
    )


def days_said(left: int) -> str:
    """Say how far a day is: today, tomorrow, or in how many days."""
    if left == 0:
        return _("就在今天")
    if left == 1:
        return _("就在明天")
    return ngettext("还有 {n} 天", "还有 {n} 天", left).format(n=formats.number(left))


def facts(desk: Desk) -> Iterator[Task]:
    """Yield arrears 欠费 group by group, and members without use 三无成员 as one line."""
    rows = queries.arrears_and_idle(desk.scope, desk.run, desk.selection)
    for row in rows:
        if row["arrears_li"]:
            yield _arrears(desk, row)
    idle = [row["n_no_use"] for row in rows if row["n_no_use"]]
    if idle:
        text = ngettext(
            "{n} 个集团共有 {members} 名三无成员", "{n} 个集团共有 {members} 名三无成员", len(idle)
        )
        yield Task(
            kind="no_use",
            urgency=2,
            text=text.format(n=formats.number(len(idle)), members=formats.number(sum(idle))),
            url=desk.page("member_analysis", list="no_use") + "#table-groups",
            count=len(idle),
            size=sum(idle),
        )


def _arrears(desk: Desk, row: dict[str, Any]) -> Task:
    months = row["arrears_months"]
    owed = str(formats.money(row["arrears_li"]))
    said = _("欠费 {amount}").format(amount=owed)
    if months:
        text = ngettext("欠费 {n} 个月，共 {amount}", "欠费 {n} 个月，共 {amount}", months)
        said = text.format(n=formats.number(months), amount=owed)
    return Task(
        kind="arrears",
        urgency=urgency_of_arrears(months),
        text=said,
        url=desk.group(row["group_code"], "basic"),
        group_code=row["group_code"],
        group_name=row["name"],
        size=row["arrears_li"],
    )


def followed(desk: Desk) -> Iterator[Task]:
    """Yield what changed at the groups the reader follows 关注变动."""
    codes = following.followed_codes(desk.scope)
    for row in queries.followed_changes(desk.scope, desk.run, desk.selection, codes):
        before, after = row["from_grade"], row["to_grade"]
        gone = after == "exit"
        said = _("已退出，原等级 {before}") if gone else _("等级 {before} → {after}")
        fell = gone or after > before
        yield Task(
            kind="followed",
            urgency=1 if fell else 2,
            text=said.format(before=grade_said(before), after=grade_said(after)),
            url="" if gone else desk.group(row["group_code"], "service"),
            group_code=row["group_code"],
            group_name=row["name"],
            size=row["total_income_li"] or 0,
        )


def grade_said(grade: str) -> str:
    """Name a grade, or that there is none."""
    return str(_("未评定")) if grade == "NR" else grade


SOURCES: tuple[Source, ...] = (alerts, returned, expiring, dues, facts, followed)
