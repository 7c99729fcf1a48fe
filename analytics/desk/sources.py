"""List where today's to-do 今日待办 comes from: one function a source, gathered in ``SOURCES``.

A source takes the desk's reading and yields its lines. To add one (requests that came back, say),
write a function like those below and name it in ``SOURCES``; its kind stands in ``tasks.KINDS``
and its word in ``words.LABELS``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.queries import findings_in
from analytics import alert_evidence, following
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

Source = Callable[[Desk], Iterator[Task]]


def alerts(desk: Desk) -> Iterator[Task]:
    """Yield the abnormal groups 异常告警."""
    for finding in findings_in(desk.scope, desk.run, desk.selection):
        yield Task(
            kind="alert",
            urgency=0,
            text=alert_evidence.in_short(finding),
            url=desk.page("anomaly_alerts", q=finding.group_code, kind=finding.kind),
            group_code=finding.group_code,
            group_name=finding.name,
            size=finding.total_income_li,
        )


def dues(desk: Desk) -> Iterator[Task]:
    """Yield contracts that end within 90 days 合同到期, and birthdays of key people 关键人生日."""
    days = birthdays(desk.today)
    last = desk.today + dt.timedelta(days=CONTRACT_DAYS)
    rows = queries.dues_of(
        desk.scope, desk.run, desk.selection, until=(desk.today, last), month_days=list(days)
    )
    for row in rows:
        if row["kind"] == "contract":
            yield _contract(desk, row)
        else:
            yield _birthday(desk, row, days[row["month_day"]])


def _contract(desk: Desk, row: dict[str, Any]) -> Task:
    left = (row["due_date"] - desk.today).days
    product = row["product"] or row["product_code"] or _("合同")
    said = _("{product} {day} 到期，{left}").format(
        product=product, day=formats.day(row["due_date"]), left=days_said(left)
    )
    return Task(
        kind="contract",
        urgency=urgency_of_contract(left),
        text=said,
        url=desk.group(row["group_code"], "products"),
        group_code=row["group_code"],
        group_name=row["name"],
        due=row["due_date"],
        size=row["amount_li"] or 0,
    )


def _birthday(desk: Desk, row: dict[str, Any], day: dt.date) -> Task:
    left = (day - desk.today).days
    person = " ".join(part for part in (row["person"], row["detail"]) if part) or _("关键人")
    said = _("{person} {day} 生日，{left}").format(
        person=person, day=f"{day:%m-%d}", left=days_said(left)
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


SOURCES: tuple[Source, ...] = (alerts, dues, facts, followed)
