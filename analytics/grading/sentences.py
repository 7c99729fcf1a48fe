"""Say the findings 本月要点 of grading in one or two sentences."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.grading.compute import UnitGrades
from analytics.kpi import Change, Kpi
from analytics.wording import counted, sentence, strong
from core import formats


def score_step(step: Change | None) -> SafeString | str:
    """Say how the mean score moved on last month; nothing without last month."""
    if step is None:
        return ""
    if round(step.amount, 1) == 0:
        return _("环比持平")
    size = formats.number(abs(step.amount), 1)
    text = _("环比上升 {points} 分") if step.amount > 0 else _("环比下降 {points} 分")
    return format_html(text, points=size)


def opening(place: str, n: int, *, own: bool, person: bool) -> SafeString:
    """Say how many groups there are, in the reader's own terms."""
    if own:
        text = ngettext("您管理集团客户 {n} 个", "您管理集团客户 {n} 个", n)
    elif person:
        text = ngettext("{place}管理集团客户 {n} 个", "{place}管理集团客户 {n} 个", n)
    else:
        text = ngettext("{place}共有集团客户 {n} 个", "{place}共有集团客户 {n} 个", n)
    return format_html(text, place=place, n=strong(formats.number(n)))


def overview(place: str, whole: UnitGrades, mean: Kpi, *, own: bool, person: bool) -> SafeString:
    """Say how many groups there are, how many are rated, and what they score."""
    n, rated = whole.n_groups, whole.n_rated
    if not n:
        return sentence([format_html(_("{place}本月没有在网集团"), place=place)])
    clauses: list[SafeString | str] = [
        opening(place, n, own=own, person=person),
        counted(ngettext("已评分 {n} 个", "已评分 {n} 个", rated), rated),
    ]
    if not rated:
        return sentence([*clauses, _("可用指标不足，无法评分和评定等级")])
    if whole.mean_score is not None:
        score = strong(formats.number(whole.mean_score, 1))
        clauses.append(format_html(_("平均评分 {score} 分"), score=score))
        clauses.append(score_step(mean.month_on_month))
    return sentence(clauses)


def a_class(whole: UnitGrades) -> SafeString:
    """Say how many groups are in class A, and their share."""
    if not whole.n_groups:
        return sentence([])
    if not whole.n_a:
        return sentence([_("本月没有A级集团")])
    text = ngettext("A级集团 {n} 个", "A级集团 {n} 个", whole.n_a)
    share = format_html(_("占 {share}"), share=strong(formats.ratio(whole.share_a)))
    return sentence([counted(text, whole.n_a), share])


def movement(whole: UnitGrades, unknown: str) -> SafeString:
    """Say how many groups went up and down; or why that is ``unknown``."""
    if unknown:
        return sentence([unknown])
    n_up, n_down = whole.n_up or 0, whole.n_down or 0
    if not (n_up or n_down):
        return sentence([_("没有集团升级或降级")])
    return sentence(
        [
            counted(ngettext("较上月升级 {n} 个", "较上月升级 {n} 个", n_up), n_up),
            counted(ngettext("降级 {n} 个", "降级 {n} 个", n_down), n_down),
        ]
    )


def best_unit(rows: tuple[UnitGrades, ...], urls: dict[str, str]) -> SafeString:
    """Name the unit with the greatest share of A among those with at least 30 groups."""
    large = [row for row in rows if row.n_groups >= 30 and row.n_a]
    if len(large) < 2:
        return sentence([])
    best = max(large, key=lambda row: (row.share_a or 0.0, row.code))
    return sentence(
        [
            format_html(
                _("A级占比最高的是{unit}（{share}）"),
                unit=strong(best.name, urls.get(best.code, "")),
                share=formats.ratio(best.share_a),
            )
        ]
    )
