"""Write the notes 说明 that go with every export: scope, month, model, filters, definitions."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from analytics.page import RoomReading
from core import formats
from core.exports import Notes
from core.indicator import Indicator
from core.table import Table, TableQuery


def notes_of(
    page: RoomReading, table: Table, query: TableQuery, indicators: Sequence[Indicator]
) -> Notes:
    """Return what a reader of the file must know about it."""
    facts, chinese = page.facts(), formats.is_chinese()
    lines = (
        (_("表名"), str(table.title)),
        (_("范围"), " / ".join(place.name for place in page.places)),
        (_("账期"), formats.month(facts.month)),
        (_("模型"), facts.model),
        (_("运行"), f"#{facts.run}"),
        (_("发布于"), formats.moment(facts.published_at)),
        (_("筛选条件"), filters_said(table, query)),
        (_("导出人"), page.reading.scope.username),
    )
    definitions = tuple(
        (each.label_zh, each.formula_zh) if chinese else (each.label_en, each.formula_en)
        for each in indicators
    )
    return Notes(lines, definitions)


def filters_said(table: Table, query: TableQuery) -> str:
    """Say which filters were on."""
    said = [f"{_('查找')}: {query.text}"] if query.text else []
    for each in table.filters:
        value = query.filters.get(each.name)
        if value:
            said.append(f"{each.label}: {dict(each.choices).get(value, value)}")
    return "；".join(said) or _("无")
