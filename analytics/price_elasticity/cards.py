"""Make the KPI cards 指标卡 of the three streams: η large, ε and the measurable groups below."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from analytics.price_elasticity.compute import STREAMS
from analytics.price_elasticity.indicators import ETA
from analytics.price_elasticity.room import ElasticityReading
from analytics.price_elasticity.words import STREAM_LABELS, shown, why_masked, why_none
from core import formats
from core.cells import in_brackets
from core.formats import Quantity
from core.parts import Change, Kpi


def cards_of(found: ElasticityReading, url: Callable[[str], str]) -> tuple[Kpi, ...]:
    """Return one card a stream; a click leads to that stream in charts and table."""
    return tuple(_card(found, stream, url(stream)) for stream in STREAMS)


def _card(found: ElasticityReading, stream: str, url: str) -> Kpi:
    unit, history = found.streams[stream], found.course(stream)
    label = _("{stream}弹性 η").format(stream=STREAM_LABELS[stream])
    if unit.is_apparent:
        label += in_brackets(_("表观弹性"))
    return Kpi(
        code=f"eta_{stream}",
        label=label,
        value=Quantity(shown(unit.eta, masked=unit.masked)),
        changes=(
            _change(_("环比"), history[-1], history[-2]),
            _change(_("同比"), history[-1], history[0]),
        ),
        history=history,
        definition=ETA.formula_zh if formats.is_chinese() else ETA.formula_en,
        url=url,
        reason=why_masked() if unit.masked else why_none(unit.n_groups, unit.n_measured),
        note=_("需求弹性 ε {epsilon} · 收入 {income} · 可测算 {n}/{all}")
        .format(
            epsilon=shown(unit.epsilon, masked=unit.masked),
            income=formats.money(unit.income_li),
            n=formats.number(unit.n_measured),
            all=formats.number(unit.n_groups),
        )
        .replace(" ", formats.NBSP)
        .replace(f"{formats.NBSP}·", " ·"),
    )


def _change(label: str, now: float | None, before: float | None) -> Change:
    """Compare two months as a difference; neither direction is better by itself."""
    if now is None or before is None:
        return Change(label, None, formats.NO_VALUE, reason=_("对比月份没有数据"))
    text = formats.number(now - before, 2, plus=True)
    return Change(label, 0.0 if formats.is_zero(text) else now - before, text)
