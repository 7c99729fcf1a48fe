"""Say the findings 本月要点 of the room in a few sentences."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.price_elasticity.compute import STREAMS
from analytics.price_elasticity.units import UnitElasticity
from analytics.price_elasticity.words import (
    STREAM_LABELS,
    decimal,
    interval,
    refusal_said,
    why_masked,
)
from analytics.wording import NOTHING, sentence, strong
from core import formats


def of_stream(stream: str, unit: UnitElasticity, url: str) -> SafeString:
    """Say one stream: how many are measurable, η and ε; or that none is."""
    label = strong(str(STREAM_LABELS[stream]), url)
    n, of_all = unit.n_measured, unit.n_groups
    if not of_all:
        return sentence([format_html(_("本月没有集团有{stream}"), stream=label)])
    counts = {"n": strong(formats.number(n)), "all": formats.number(of_all), "stream": label}
    if not n:
        text = ngettext(
            "有{stream}的 {all} 个集团目前不可测算", "有{stream}的 {all} 个集团都不可测算", of_all
        )
        return sentence([format_html(text, **counts), most_refused(unit)])
    text = ngettext(
        "{stream}：{all} 个集团中 {n} 个可测算", "{stream}：{all} 个集团中 {n} 个可测算", n
    )
    if unit.masked:
        return sentence([format_html(text, **counts), why_masked()])
    numbers = _("表观弹性 η {eta}、ε {epsilon}") if unit.is_apparent else _("η {eta}、ε {epsilon}")
    return sentence(
        [
            format_html(text, **counts),
            format_html(
                numbers, eta=strong(decimal(unit.eta)), epsilon=strong(decimal(unit.epsilon))
            ),
            meaning(unit),
        ]
    )


def meaning(unit: UnitElasticity) -> SafeString | str:
    """Say what η means: where income went when the price went up or down by one per cent."""
    if unit.eta is None or unit.is_apparent:
        return ""
    if abs(unit.eta) < 0.005:
        return _("价格变动时收入基本不变")
    size = formats.number(abs(unit.eta), 2)
    up = _("价格每降 1%，收入约降 {size}%")
    down = _("价格每降 1%，收入约升 {size}%")
    return format_html(up if unit.eta > 0 else down, size=size)


def most_refused(unit: UnitElasticity) -> SafeString | str:
    """Name the most frequent reason."""
    code, n = max(unit.refused.items(), key=lambda pair: pair[1])
    if not n:
        return ""
    text = ngettext("主要原因是{reason}（{n} 个）", "主要原因是{reason}（{n} 个）", n)
    return format_html(text, reason=refusal_said(code), n=formats.number(n))


def pooled_said(stream: str, pooled: tuple[float, float, float] | None) -> SafeString:
    """Say the province's pooled panel estimate of a stream."""
    if pooled is None:
        return NOTHING
    middle, low, high = pooled
    text = _("另一种方法：全省{stream}各细分市场面板合并估计 ε {epsilon}，95% 区间 {interval}")
    said: list[SafeString | str] = [
        format_html(
            text,
            stream=STREAM_LABELS[stream],
            epsilon=strong(decimal(middle)),
            interval=interval(low, high),
        )
    ]
    return sentence([*said, _("区间含 0，方向不能判定") if low <= 0 <= high else ""])


def findings(
    streams: Mapping[str, UnitElasticity], urls: Mapping[str, str], last: SafeString
) -> SafeString:
    """Put the sentences of the three streams together."""
    said = [of_stream(each, streams[each], urls[each]) for each in STREAMS]
    gap = "" if formats.is_chinese() else " "
    return SafeString(gap.join(each for each in (*said, last) if each))
