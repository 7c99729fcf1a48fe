"""Show what a request would change 影响; loaded beside the request, so the list comes first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policies import require_action
from adjustments.impact import GradeCounts, Impact, impact_of_request
from adjustments.queries import request_of
from alerts.alert_queries import open_alerts_of
from alerts.threshold_words import rule_name
from alerts.triage import State
from alerts.triage_models import STATES, Alert
from analytics.adjusting.parts import ImpactView
from analytics.adjusting.room import AdjustingPage
from analytics.page import published_for
from analytics.unit_tables import SIZE_BANDS
from core import formats
from core.charts import GRADE_TOKENS, Step, waterfall
from core.parts import ChartCard
from warehouse.dictionary_names import name_said
from warehouse.peers import PeerMeasure

PEERS = {
    "score": gettext_lazy("评分"),
    "n_members": gettext_lazy("成员数"),
    "total_income_li": gettext_lazy("整体收入"),
}
LEVEL_WORDS = {
    "city": gettext_lazy("本市"),
    "county": gettext_lazy("本县区"),
    "account_manager": gettext_lazy("该客户经理"),
}


class ImpactPage(AdjustingPage):
    """Answer with the part of 审批中心 that shows the impact."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show score, similar groups, alerts, counts and history."""
        require_action(self.scope, "decide_adjustment")
        asked = request_of(self.scope, kwargs["adjustment_id"])
        impact = impact_of_request(asked, published_for(request))
        if impact is None:
            return self.show(None, template="adjusting/_impact.html")
        return self.show(self.view(impact), template="adjusting/_impact.html")

    def view(self, impact: Impact) -> ImpactView:
        """Put the impact into words."""
        alerts = open_alerts_of(self.scope, impact.group_code)
        return ImpactView(
            impact=impact,
            peers=tuple(peer_line(each) for each in impact.peers),
            peers_said=peers_said(impact),
            changes=tuple(filter(None, map(change_said, impact.counts))),
            alerts=tuple(alert_said(alert) for alert in alerts[:20]),
            chart=score_chart(impact),
        )


def score_chart(impact: Impact) -> ChartCard | None:
    """Return the score's composition 评分构成; None for a group that is not rated."""
    said = impact.explanation
    if said is None or said.score is None:
        return None
    chinese = formats.is_chinese()
    steps = [
        Step(bar.indicator.label_zh if chinese else bar.indicator.label_en, bar.bar)
        for bar in said.bars
    ]
    if said.floor_bar:
        steps.append(Step(_("规则保底"), said.floor_bar))
    drawing = waterfall(
        Step(_("参照分"), said.reference_level),
        steps,
        Step(_("评分"), said.score),
        end_token=GRADE_TOKENS.get(impact.suggested_grade, "$accent"),
    )
    return ChartCard("impact", _("评分构成"), drawing, unit=_("分"), month=impact.month, span=12)


def peer_line(peer: PeerMeasure) -> tuple[str, str, tuple[str, ...]]:
    """Return a measure's name, the group's own value and the three quartiles."""
    quartiles = peer.quartiles or (None, None, None)
    return (
        str(PEERS[peer.code]),
        measure_said(peer.code, peer.own),
        tuple(measure_said(peer.code, each) for each in quartiles),
    )


def measure_said(code: str, value: float | None) -> str:
    """Write one measure the way its unit asks for."""
    if value is None:
        return "—"
    if code == "total_income_li":
        return str(formats.money(round(value)))
    return formats.number(value, 1 if code == "score" else 0)


def peers_said(impact: Impact) -> str:
    """Name the kind of similar groups, and how many there are."""
    size = dict(SIZE_BANDS).get(str(impact.size_band), str(impact.size_band))
    return _("{industry} · {size}，{n} 个").format(
        industry=name_said(impact.industry_name) or _("其他"),
        size=size,
        n=formats.number(impact.n_peers),
    )


def change_said(counts: GradeCounts) -> str:
    """Say what changes in a unit's grade counts; empty where nothing does."""
    changed = [
        f"{grade} {formats.number(before)} → {formats.number(counts.after[grade])}"
        for grade, before in counts.before.items()
        if counts.after[grade] != before
    ]
    return f"{LEVEL_WORDS[counts.level]} {_('，').join(changed)}" if changed else ""


def alert_said(alert: Alert) -> str:
    """Name an open alert with its state."""
    return f"{rule_name(alert.rule)} · {STATES[State(alert.state)]}"
