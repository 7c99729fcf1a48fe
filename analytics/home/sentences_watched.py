"""Say which groups to watch: those of high value 高价值, those that are abnormal 异常."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.home.compute import HomeFigures, NamedGroup
from analytics.home.sentences_whole import month_said
from analytics.wording import (
    NOTHING,
    Paragraph,
    compared,
    counted,
    most,
    moves_unknown,
    paragraph,
    sentence,
    strong,
)
from core import formats


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


def high_value(figures: HomeFigures, urls: Mapping[str, str]) -> tuple[Paragraph, ...]:
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
    figures: HomeFigures, code: str, text: str, nobody: str, urls: Mapping[str, str]
) -> SafeString | str:
    n = figures.count(code) or 0
    if not figures.moves_known:
        return moves_unknown(month_said(figures, -1), is_published=figures.has_previous)
    return counted(text, n, urls.get(code, ""), f"said-{code}") if n else nobody


def _named_of(groups: Sequence[NamedGroup], n: int) -> str:
    """Choose the words for all of the groups, the only one, or the first of many."""
    if n > len(groups):
        return _("其中包括{groups}")
    return _("分别是{groups}") if n > 1 else _("即{groups}")


def anomalies(figures: HomeFigures, urls: Mapping[str, str]) -> SafeString:
    """Say 用户状态异常 and 用户呼叫异常, each out of the groups that can be judged."""
    if figures.count("n_state_evaluable") is None and figures.count("n_call_evaluable") is None:
        return sentence([_("该账期的运行尚未包含异常检测")])
    return sentence([_state_clause(figures, urls), _call_clause(figures, urls)])


def _state_clause(figures: HomeFigures, urls: Mapping[str, str]) -> SafeString | str:
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


def _call_clause(figures: HomeFigures, urls: Mapping[str, str]) -> SafeString | str:
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


def abnormal(figures: HomeFigures, urls: Mapping[str, str]) -> tuple[Paragraph, ...]:
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
