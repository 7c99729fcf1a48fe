"""Say how groups, products and income went 上月集团客户总体情况."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.home.compute import HomeFigures
from analytics.kpi import Kpi
from analytics.wording import (
    Paragraph,
    amount,
    compared,
    counted,
    most,
    paragraph,
    sentence,
    strong,
)
from core import formats


def missing_months(figures: HomeFigures) -> SafeString:
    """Say which months cannot be compared with; empty when both are published."""
    lacking = []
    if not figures.has_previous:
        lacking.append(_("{month}未发布，无法计算环比").format(month=month_said(figures, -1)))
    if not figures.has_last_year:
        lacking.append(_("{month}未发布，无法计算同比").format(month=month_said(figures, -12)))
    return sentence(lacking)


def month_said(figures: HomeFigures, step: int) -> str:
    """Name the month so many steps from the one shown."""
    return formats.month(figures.month.plus(step))


def opening(figures: HomeFigures, urls: Mapping[str, str]) -> SafeString:
    """Say how many groups there are, in the reader's own terms."""
    n = int(figures.groups.value or 0)
    if figures.audience == "own":
        text = ngettext("您管理集团客户 {n} 个", "您管理集团客户 {n} 个", n)
    elif figures.audience == "account_manager":
        text = ngettext("{place}管理集团客户 {n} 个", "{place}管理集团客户 {n} 个", n)
    else:
        text = ngettext("{place}共有集团客户 {n} 个", "{place}共有集团客户 {n} 个", n)
    shown = strong(formats.number(n), urls.get("n_groups", ""))
    return format_html(text, place=figures.place, n=shown)


def development(figures: HomeFigures, urls: Mapping[str, str]) -> Paragraph:
    """Say 集团客户发展情况: groups, members, new and lost."""
    members = figures.count("n_members") or 0
    clauses = [
        opening(figures, urls),
        *compared(figures.groups),
        counted(
            ngettext("成员 {n} 人", "成员 {n} 人", members), members, urls.get("n_members", "")
        ),
        *compared(figures.members),
    ]
    new, lost, empty = (figures.count(c) or 0 for c in ("n_new", "n_lost_groups", "n_no_member"))
    coming = [
        counted(ngettext("新增集团 {n} 个", "新增集团 {n} 个", new), new, urls.get("n_new", "")),
        counted(
            ngettext("流失集团 {n} 个", "流失集团 {n} 个", lost),
            lost,
            urls.get("n_lost_groups", ""),
        ),
        _otherwise(figures, new - lost),
        counted(
            ngettext("无人集团 {n} 个", "无人集团 {n} 个", empty),
            empty,
            urls.get("n_no_member", ""),
        ),
    ]
    if not figures.moves_known:
        coming = coming[3:]
    return paragraph(
        _("集团客户发展情况"),
        sentence(clauses),
        sentence(coming),
        most(figures.units, "n_groups", _("集团客户最多的是{units}"), "kpi-n_groups"),
        missing_months(figures),
    )


def _otherwise(figures: HomeFigures, explained: int) -> SafeString | str:
    """Say what else moved the number of groups: merged, turned to test groups, or back again."""
    now, before = figures.groups.value, figures.groups.series[-2]
    rest = 0 if now is None or before is None else int(now - before) - explained
    if not rest:
        return ""
    text = ngettext("合并、转测试等其他退出 {n} 个", "合并、转测试等其他退出 {n} 个", -rest)
    if rest > 0:
        text = ngettext("恢复在网等其他转入 {n} 个", "恢复在网等其他转入 {n} 个", rest)
    return counted(text, abs(rest))


def _product_clauses(figures: HomeFigures, urls: Mapping[str, str]) -> list[SafeString]:
    switchboard, ringback = figures.count("switchboard_users"), figures.count("ringback_users")
    sms, school = figures.count("sms_users"), figures.count("school_users")
    said = (
        (
            "switchboard_users",
            ngettext("移动总机用户 {n} 户次", "移动总机用户 {n} 户次", switchboard or 0),
            switchboard,
        ),
        (
            "ringback_users",
            ngettext("集团彩铃用户 {n} 户次", "集团彩铃用户 {n} 户次", ringback or 0),
            ringback,
        ),
        ("sms_users", ngettext("集团短信用户 {n} 户次", "集团短信用户 {n} 户次", sms or 0), sms),
        (
            "school_users",
            ngettext("校信通用户 {n} 户次", "校信通用户 {n} 户次", school or 0),
            school,
        ),
    )
    return [counted(text, n, urls.get(code, "")) for code, text, n in said if n is not None]


def products_and_income(figures: HomeFigures, urls: Mapping[str, str]) -> Paragraph:
    """Say 使用产品和收入情况: the whole income, its parts, users of the main products."""
    if all(kpi.value is None for kpi in (figures.income, figures.unified_pay, figures.ict)):
        return _without_orders(figures, urls)
    income = amount(
        _("集团整体收入 {amount}"), _li(figures.income), urls.get("total_income_li", "")
    )
    parts = [
        amount(
            _("其中统付收入 {amount}"), _li(figures.unified_pay), urls.get("unified_pay_li", "")
        ),
        *compared(figures.unified_pay),
        amount(_("信息化收入 {amount}"), _li(figures.ict), urls.get("ict_li", "")),
        *compared(figures.ict),
    ]
    return paragraph(
        _("使用产品和收入情况"),
        sentence([income, *compared(figures.income)]),
        sentence(parts),
        sentence(_product_clauses(figures, urls)),
        most(
            figures.units,
            "total_income_li",
            _("集团整体收入最高的是{units}"),
            "kpi-total_income_li",
        ),
    )


def _without_orders(figures: HomeFigures, urls: Mapping[str, str]) -> Paragraph:
    """Say that no orders came, and what is known all the same."""
    bills = figures.count("personal_bill_li")
    lacking = _("本月没有订购数据，无法得出集团整体收入、统付收入和信息化收入")
    said: list[SafeString | str] = [lacking]
    if bills is not None:
        link = urls.get("personal_bill_li", "")
        said.append(amount(_("个人账单收入 {amount}"), bills, link))
    return paragraph(
        _("使用产品和收入情况"), sentence(said), sentence(_product_clauses(figures, urls))
    )


def _li(kpi: Kpi) -> int | None:
    return None if kpi.value is None else int(kpi.value)
