"""Say why a group fired 触发依据: in words, and as a small drawing of the seven months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.queries import Finding
from alerts.threshold_words import rule_name
from core import formats
from core.formats import NBSP

KINDS = {"state": gettext_lazy("用户状态异常"), "call": gettext_lazy("用户呼叫异常")}
#: A finding's rules by their codes among the alert rules: one name for each 规则.
RULES = {
    "share": "state_share",
    "jump": "state_jump",
    "drop": "call_drop",
    "rise": "call_rise",
    "silence": "call_silence",
}
REASONS = {
    "few_members": gettext_lazy("成员不足"),
    "short_history": gettext_lazy("历史不足 4 期"),
    "january": gettext_lazy("1 月与 2 月合并评估"),
    "no_calls": gettext_lazy("没有通话数据"),
}
WIDTH, HEIGHT, PAD = 132, 34, 4


def rules_said(finding: Finding) -> str:
    """Name the rules that fired."""
    return _("、").join(rule_name(RULES[rule]) for rule in finding.rules)


def in_words(finding: Finding) -> str:
    """Say the whole evidence as one sentence; it stands beside the drawing and in the export."""
    said = _state_said(finding) if finding.kind == "state" else _call_said(finding)
    return _("，").join(part for part in said if part) + _("。")


def _state_said(finding: Finding) -> list[str]:
    counted = _("{n}/{base} 人异常（含当月销户），占 {share}").format(
        n=finding.n_hit, base=finding.base, share=formats.ratio(finding.value)
    )
    lower = ""
    if finding.lower is not None:
        lower = _("不足 30 人按置信下限 {lower} 判断").format(lower=formats.ratio(finding.lower))
    limit = _("阈值 {limit}").format(limit=formats.ratio(finding.threshold, 0))
    if finding.median is None:
        return [counted, limit, lower]
    usual = _("前 6 期中位数 {median}").format(median=formats.ratio(finding.median))
    step = formats.points(finding.change)
    jump = _("高出 {step}（突增阈值 {limit}）").format(
        step=str(step).removeprefix("+"),
        limit=str(formats.points(finding.jump_threshold or 0)).removeprefix("+"),
    )
    return [counted, limit, lower, usual, jump]


def _call_said(finding: Finding) -> list[str]:
    level = _("工作日日均主叫 {level} 分钟，前 6 期中位数 {median} 分钟").format(
        level=formats.number(finding.value, 1), median=formats.number(finding.median, 1)
    )
    return [level, _step_said(finding), _silence_said(finding)]


def _step_said(finding: Finding) -> str:
    if finding.change is None:
        return ""
    text = _("下降 {change}") if finding.change < 0 else _("上升 {change}")
    said = text.format(change=formats.ratio(abs(finding.change), 0))
    limit = _("（阈值 {limit}）").format(limit=formats.ratio(finding.threshold, 0))
    if finding.z is None:
        return said + limit
    score = _("，z = {z}").format(z=formats.number(finding.z, 1))
    return said + limit + score.replace(" = ", f"{NBSP}={NBSP}")


def _silence_said(finding: Finding) -> str:
    if "silence" not in finding.rules:
        return ""
    return _("{n}/{base} 名成员没有通话，占 {share}（阈值 {limit}）").format(
        n=finding.n_hit,
        base=finding.base,
        share=formats.ratio(finding.silent_share),
        limit=formats.ratio(finding.silent_threshold, 0),
    )


class Drawn(Protocol):
    """Be what has months behind it: an abnormal group's finding, or an alert's evidence."""

    @property
    def series(self) -> tuple[float | None, ...]:
        """Return the months' values, the judged month last."""

    @property
    def median(self) -> float | None:
        """Return what the value was held against."""

    @property
    def limit(self) -> float | None:
        """Return from which level on it is abnormal."""


def drawing(finding: Drawn) -> SafeString:
    """Return the months as inline SVG: the values, their median (dashed), the limit (red)."""
    levels = [each for each in (finding.median, finding.limit) if each is not None]
    known = [value for value in finding.series if value is not None]
    top = max([*known, *levels, 0.0]) or 1.0
    y = [None if value is None else _y(value, top) for value in finding.series]
    step = (WIDTH - 2 * PAD) / (len(y) - 1)
    points = [(round(PAD + i * step, 1), at) for i, at in enumerate(y) if at is not None]
    lines = _level(finding.median, top, "gc-series-median")
    lines += _level(finding.limit, top, "gc-series-limit")
    return mark_safe(  # noqa: S308 - numbers only
        f'<svg class="gc-series" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" aria-hidden="true" focusable="false">{lines}{_curve(points)}</svg>'
    )


def _curve(points: Sequence[tuple[float, float]]) -> str:
    if not points:
        return ""
    joined = " ".join(f"{x},{y}" for x, y in points)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="1.4"/>' for x, y in points[:-1])
    x, y = points[-1]
    now = f'<circle class="gc-series-now" cx="{x}" cy="{y}" r="3"/>'
    return f'<polyline points="{joined}"/>{dots}{now}'


def _level(value: float | None, top: float, css: str) -> str:
    if value is None:
        return ""
    at = _y(value, top)
    return f'<line class="{css}" x1="{PAD}" x2="{WIDTH - PAD}" y1="{at}" y2="{at}"/>'


def _y(value: float, top: float) -> float:
    return round(HEIGHT - PAD - value / top * (HEIGHT - 2 * PAD), 1)
