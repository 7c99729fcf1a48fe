"""Say the home report 首页报告 in sentences with linked numbers, right for none, one and many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.home.compute import HomeFigures, NamedGroup
from analytics.kpi import Kpi
from analytics.wording import (
    NOTHING,
    Paragraph,
    Section,
    amount,
    compared,
    counted,
    most,
    moves_unknown,
    paragraph,
    sentence,
    strong,
)
from core import formats

Urls = Mapping[str, str]


def missing_months(figures: HomeFigures) -> SafeString:
    """Say which months cannot be compared with; empty when both are published."""
    lacking = []
    if not figures.has_previous:
        lacking.append(_("{month}未发布，无法计算环比").format(month=_m(figures, -1)))
    if not figures.has_last_year:
        lacking.append(_("{month}未发布，无法计算同比").format(month=_m(figures, -12)))
    return sentence(lacking)


def _m(figures: HomeFigures, step: int) -> str:
    return formats.month(figures.month.plus(step))


def opening(figures: HomeFigures, urls: Urls) -> SafeString:
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


def development(figures: HomeFigures, urls: Urls) -> Paragraph:
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


def _product_clauses(figures: HomeFigures, urls: Urls) -> list[SafeString]:
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


def products_and_income(figures: HomeFigures, urls: Urls) -> Paragraph:
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


def _without_orders(figures: HomeFigures, urls: Urls) -> Paragraph:
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


def named(groups: Sequence[NamedGroup], template: str) -> SafeString:
    """Name groups with their step of grade; nothing when there are none."""
    if not groups:
        return NOTHING
    shown = [
        (strong(group.name, group.url), group.earlier_grade or "—", group.grade) for group in groups
    ]
    return sentence(
        [format_html(template, groups=format_html_join(_("、"), _("{}（{}→{}）"), shown))]
    )


def near(groups: Sequence[NamedGroup]) -> SafeString:
    """Name groups that are close to the next grade."""
    said = [
        format_html(
            _("{name} 评分 {score}，距上一等级还差 {points} 分"),
            name=strong(group.name, group.url),
            score=formats.number(group.score, 1),
            points=formats.number(group.points_short, 1),
        )
        for group in groups
    ]
    return format_html_join("", "{}", [(sentence([each]),) for each in said])


def high_value(figures: HomeFigures, urls: Urls) -> tuple[Paragraph, ...]:
    """Say 需要重点关注的高价值集团客户 and 向A级升级情况."""
    n_a = int(figures.a_class.value or 0)
    n_a1, n_a2 = (figures.count(f"n_effective_{grade}") or 0 for grade in ("a1", "a2"))
    first: list[SafeString | str] = [_("没有A级集团")]
    if n_a:
        first = [
            counted(
                ngettext("A级集团 {n} 个", "A级集团 {n} 个", n_a), n_a, urls.get("n_a_class", "")
            ),
            *compared(figures.a_class),
            counted(
                ngettext("其中 A1 级 {n} 个", "其中 A1 级 {n} 个", n_a1),
                n_a1,
                urls.get("n_effective_a1", ""),
            ),
            counted(
                ngettext("A2 级 {n} 个", "A2 级 {n} 个", n_a2),
                n_a2,
                urls.get("n_effective_a2", ""),
            ),
        ]
    risen = figures.count("n_into_a") or 0
    text = ngettext("向A级升级的集团 {n} 个", "向A级升级的集团 {n} 个", risen)
    return (
        paragraph(
            "",
            sentence(first),
            most(figures.units, "n_a_class", _("A级集团最多的是{units}"), "kpi-n_a_class"),
        ),
        paragraph(
            _("向A级升级情况"),
            sentence([_crossed(figures, "n_into_a", text, _("本月没有集团升入A级"), urls)]),
            named(figures.risen, _named_of(figures.risen, risen)),
            most(figures.units, "n_into_a", _("升入A级最多的是{units}"), "said-n_into_a"),
            near(figures.near),
        ),
    )


def _crossed(
    figures: HomeFigures, code: str, text: str, nobody: str, urls: Urls
) -> SafeString | str:
    n = figures.count(code) or 0
    if not figures.moves_known:
        return moves_unknown(_m(figures, -1), is_published=figures.has_previous)
    return counted(text, n, urls.get(code, ""), f"said-{code}") if n else nobody


def _named_of(groups: Sequence[NamedGroup], n: int) -> str:
    """Choose the words for all of the groups, the only one, or the first of many."""
    if n > len(groups):
        return _("其中包括{groups}")
    return _("分别是{groups}") if n > 1 else _("即{groups}")


def anomalies(figures: HomeFigures, urls: Urls) -> SafeString:
    """Say 用户状态异常 and 用户呼叫异常, each out of the groups that can be judged."""
    if figures.count("n_state_evaluable") is None and figures.count("n_call_evaluable") is None:
        return sentence([_("该账期的运行尚未包含异常检测")])
    return sentence([_state_clause(figures, urls), _call_clause(figures, urls)])


def _state_clause(figures: HomeFigures, urls: Urls) -> SafeString | str:
    judged, n = figures.count("n_state_evaluable") or 0, figures.count("n_state_abnormal") or 0
    if not judged:
        return _("没有可评估用户状态的集团")
    text = ngettext(
        "用户状态异常的集团 {n} 个（可评估 {judged} 个）",
        "用户状态异常的集团 {n} 个（可评估 {judged} 个）",
        n,
    )
    shown = strong(formats.number(n), urls.get("n_state_abnormal", ""), "said-n_state_abnormal")
    said = format_html(text, n=shown, judged=formats.number(judged))
    return _with_names(said, n, figures.abnormal_states)


def _call_clause(figures: HomeFigures, urls: Urls) -> SafeString | str:
    judged, n = figures.count("n_call_evaluable") or 0, figures.count("n_call_abnormal") or 0
    if figures.month.month == 1:
        return _("用户呼叫在 1 月不单独评估，与 2 月合并后判断")
    if not judged:
        return _("没有可评估用户呼叫的集团")
    text = ngettext(
        "用户呼叫异常的集团 {n} 个（可评估 {judged} 个）",
        "用户呼叫异常的集团 {n} 个（可评估 {judged} 个）",
        n,
    )
    shown = strong(formats.number(n), urls.get("n_call_abnormal", ""), "said-n_call_abnormal")
    said = format_html(text, n=shown, judged=formats.number(judged))
    return _with_names(said, n, figures.abnormal_calls)


def _with_names(said: SafeString, n: int, groups: Sequence[NamedGroup]) -> SafeString:
    """Add the names where the reader sees single groups."""
    if not groups:
        return said
    names = format_html_join(_("、"), "{}", [(strong(each.name, each.url),) for each in groups])
    more = _("{said}：{names}等") if n > len(groups) else _("{said}：{names}")
    return format_html(more, said=said, names=names)


def abnormal(figures: HomeFigures, urls: Urls) -> tuple[Paragraph, ...]:
    """Say 需要重点关注的异常集团客户 and 由A级降级情况."""
    silent, stopped = figures.count("n_silent") or 0, figures.count("n_arrears_stop")
    text = ngettext("沉默集团 {n} 个", "沉默集团 {n} 个", silent)
    clauses = [counted(text, silent, urls.get("n_silent", ""))]
    if stopped is not None:
        text = ngettext("欠费停机成员 {n} 人", "欠费停机成员 {n} 人", stopped)
        clauses.append(counted(text, stopped, urls.get("n_arrears_stop", "")))
    fallen = figures.count("n_out_of_a") or 0
    text = ngettext("由A级降级的集团 {n} 个", "由A级降级的集团 {n} 个", fallen)
    units = figures.units
    return (
        paragraph(
            "",
            anomalies(figures, urls),
            most(units, "n_state_abnormal", _("状态异常最多的是{units}"), "said-n_state_abnormal"),
            most(units, "n_call_abnormal", _("呼叫异常最多的是{units}"), "said-n_call_abnormal"),
            sentence(clauses),
        ),
        paragraph(
            _("由A级降级情况"),
            sentence([_crossed(figures, "n_out_of_a", text, _("没有集团由A级降级"), urls)]),
            named(figures.fallen, _named_of(figures.fallen, fallen)),
            most(units, "n_out_of_a", _("由A级降级最多的是{units}"), "said-n_out_of_a"),
        ),
    )


def report(figures: HomeFigures, urls: Urls) -> tuple[Section, ...]:
    """Build the whole report in its three sections, with the exact headings."""
    return (
        Section(
            _("上月集团客户总体情况"),
            (development(figures, urls), products_and_income(figures, urls)),
        ),
        Section(_("需要重点关注的高价值集团客户"), high_value(figures, urls)),
        Section(_("需要重点关注的异常集团客户"), abnormal(figures, urls)),
    )


def title(figures: HomeFigures) -> str:
    """Return the report's own heading for its reader."""
    if figures.audience == "province":
        return _("全省管理集团情况解读")
    if figures.audience == "city":
        return _("地市管理集团情况解读")
    if figures.audience == "county":
        return _("县区管理集团情况解读")
    return _("客户经理管理集团情况解读")
