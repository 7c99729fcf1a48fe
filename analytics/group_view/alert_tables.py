"""Show one group's open alerts 未办结告警 as a table; each leads to its own page."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alerts.levels import Level
from alerts.triage import State
from alerts.triage_models import STATES, Alert
from analytics.alert_evidence import drawing
from analytics.alert_words import LEVELS, ProductNames, Told
from core.table import Column, Table


def _draw(row: Alert) -> SafeString:
    found = Told(row.rule, row, row.last_fired)
    return drawing(found) if len(found.series) > 1 else SafeString("")


def open_alerts_table(level: Level, link: Callable[[Alert], str]) -> Table:
    """Declare the open alerts under the group's level 预警等级: what fired, where it stands."""
    product = ProductNames()

    def told(row: Alert) -> Told:
        return Told(row.rule, row, row.last_fired, product)

    word = LEVELS.get(level)
    title = _("未办结告警")
    return Table(
        name="open_alerts",
        title=_("{title} · {level}").format(title=title, level=word) if word else title,
        searchable=False,
        columns=(
            Column("rule", _("规则"), value=lambda row: told(row).name, link=link, lead=True),
            Column("state", _("状态"), value=lambda row: str(STATES[State(row.state)])),
            Column("evidence", _("触发依据"), value=lambda row: told(row).sentence, draw=_draw,
                   wide=True),
            Column("source", _("阈值来源"), value=lambda row: told(row).source, aside=True),
            Column("opened", _("首次触发"), "date", value=lambda row: row.opened, aside=True),
            Column("last_fired", _("最近触发"), "date", value=lambda row: row.last_fired,
                   aside=True),
            Column("n_firings", _("触发次数"), "int", aside=True),
        ),
    )  # fmt: skip
