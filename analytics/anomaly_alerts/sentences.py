"""Say the findings 本月要点 of anomalies, with both denominators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.alert_evidence import REASONS
from analytics.anomaly_alerts.compute import UnitAlerts
from analytics.kpi import Kpi
from analytics.wording import sentence, strong
from core import formats


def not_judged() -> SafeString:
    """Say that the run was made before anomalies were judged."""
    return sentence([_("该账期的运行尚未包含异常检测，重新运行后可见")])


def states(place: str, whole: UnitAlerts, kpi: Kpi, *, own: bool = False) -> SafeString:
    """Say how many groups have abnormal states, out of how many that can be judged.

    ``own`` speaks to the account manager of the groups.
    """
    n, k = whole.n_state_evaluable or 0, whole.n_state_abnormal or 0
    if not n:
        nobody = _("您本月没有可评估用户状态的集团")
        if not own:
            nobody = _("{place}本月没有可评估用户状态的集团")
        return sentence([format_html(nobody, place=place)])
    base = ngettext("{place}可评估用户状态的集团 {n} 个", "{place}可评估用户状态的集团 {n} 个", n)
    if own:
        base = ngettext("您的集团中可评估用户状态的 {n} 个", "您的集团中可评估用户状态的 {n} 个", n)
    opening = format_html(base, place=place, n=strong(formats.number(n)))
    if not k:
        return sentence([opening, _("没有状态异常")])
    return sentence([opening, *_found(_("状态异常 {n} 个"), k, whole.state_share), _step(kpi)])


def calls(whole: UnitAlerts, kpi: Kpi, *, judged: bool) -> SafeString:
    """Say how many groups have abnormal calls; or why none could be judged."""
    if not judged:
        return sentence([_("用户呼叫在 1 月不单独评估，与 2 月合并后判断")])
    n, k = whole.n_call_evaluable or 0, whole.n_call_abnormal or 0
    if not n:
        return sentence([_("没有可评估用户呼叫的集团：需要此前至少 4 期的通话数据")])
    base = ngettext("可评估用户呼叫的集团 {n} 个", "可评估用户呼叫的集团 {n} 个", n)
    opening = format_html(base, n=strong(formats.number(n)))
    if not k:
        return sentence([opening, _("没有呼叫异常")])
    return sentence([opening, *_found(_("呼叫异常 {n} 个"), k, whole.call_share), _step(kpi)])


def _found(text: str, k: int, part: float | None) -> list[SafeString]:
    return [
        format_html(text, n=strong(formats.number(k))),
        format_html(_("占可评估集团的 {share}"), share=strong(formats.ratio(part))),
    ]


def _step(kpi: Kpi) -> SafeString | str:
    """Say how the number moved on last month; nothing without last month."""
    if kpi.value is None or kpi.series[-2] is None:
        return ""
    step = int(kpi.value - kpi.series[-2])
    if not step:
        return _("与上月持平")
    tone, text = ("bad", _("较上月增加 {n} 个")) if step > 0 else ("good", _("较上月减少 {n} 个"))
    shown = format_html('<span class="gc-{}">{}</span>', tone, formats.number(abs(step)))
    return format_html(text, n=shown)


def worst_unit(rows: Sequence[UnitAlerts], urls: Mapping[str, str]) -> SafeString:
    """Name the unit with the greatest share of abnormal groups among those of at least 30."""
    large = [row for row in rows if (row.n_groups or 0) >= 30 and row.n_abnormal_groups]
    if len(large) < 2:
        return sentence([])
    worst = max(large, key=lambda row: (row.either_share or 0.0, row.code))
    named = strong(worst.name, urls.get(worst.code, ""))
    part = formats.ratio(worst.either_share)
    words = _("集团不少于 30 个的单位中，异常集团占比最高的是{unit}（{share}）")
    return sentence([format_html(words, unit=named, share=part)])


def reasons(counted: Mapping[str, Mapping[str, int]]) -> SafeString:
    """Say why groups of the list could not be judged; nothing where all were."""
    said = []
    words = (
        ("state", _("用户状态不可评估：{reasons}")),
        ("call", _("用户呼叫不可评估：{reasons}")),
    )
    for kind, text in words:
        parts = [
            _("{reason}的 {n} 个").format(reason=REASONS[reason], n=formats.number(n))
            for reason, n in sorted(counted.get(kind, {}).items())
        ]
        if parts:
            said.append(sentence([format_html(text, reasons=_("、").join(parts))]))
    return SafeString("".join(said))
