"""Put one group's explanation together for page and API 评分解释."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.scope import Selection
from accounts.tree import Choice, breadcrumb_of
from analytics import group_queries as queries
from analytics.adjusted import until_said
from analytics.group_queries import MonthScore
from analytics.reading import Reading
from core import formats
from core.errors import NotInScope
from core.indicator import Indicator
from core.money import LI_PER_YUAN
from core.month import Month
from scoring import queries as scoring
from scoring.indicators import DIMENSION_LABELS
from scoring.queries import Bar, Explanation

N_HISTORY_MONTHS = 24


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """Be one indicator of the group as people read it."""

    code: str
    label: str
    dimension: str
    raw: float | None
    raw_text: str
    points: float | None
    reference: float
    weight: float
    weight_note: str
    bar: float
    needed: float | None
    needed_text: str
    needed_reason: str


@dataclass(frozen=True)
class Explained:
    """Hold one group's score explained, with the history its owner may see."""

    month: Month
    result: Any
    facts: Any
    explanation: Explanation
    rows: tuple[IndicatorRow, ...]
    history: tuple[MonthScore, ...]
    industry: str
    places: tuple[Choice, ...]
    model: str

    @property
    def account_manager(self) -> str:
        """Return the name of the month's account manager."""
        return self.places[-1].name if self.places else ""

    @property
    def score(self) -> float | None:
        """Return the score; None when the group is not rated."""
        return self.explanation.score

    @property
    def reference_level(self) -> float:
        """Return where the waterfall begins 参照分."""
        return self.explanation.reference_level

    @property
    def next_grade(self) -> str:
        """Return the next better grade; empty at A1 and for groups that are not rated."""
        ahead = self.explanation.next_grade
        return ahead.grade if ahead else ""

    @property
    def points_short(self) -> float | None:
        """Return the points that are short of the next grade."""
        ahead = self.explanation.next_grade
        return ahead.points_short if ahead else None

    @property
    def distance_note(self) -> str:
        """Say how far the next grade is."""
        if not self.next_grade:
            return ""
        points = formats.number(self.points_short, 2)
        return _("距 {grade} 还差 {points} 分").format(grade=self.next_grade, points=points)

    @property
    def suggested_note(self) -> str:
        """Say why the suggested grade is not the one of the bare score."""
        if self.result.floored:
            return _("规则保底")
        return _("防抖保留") if self.result.grade_held else ""

    @property
    def effective_note(self) -> str:
        """Say where the effective grade comes from."""
        until = until_said(self.result.effective_source, getattr(self.result, "adjusted_to", None))
        return {
            "suggested": _("同建议等级")
            if self.result.effective_grade == self.result.suggested_grade
            else _("最近评定月的建议等级"),
            "opening": _("期初"),
            "adjustment": f"{_('审批调整')} {until}".strip(),
        }.get(self.result.effective_source, "")


def explain_group(
    reading: Reading,
    group_code: str,
    result: Any = None,
    facts: Any = None,
    places: tuple[Choice, ...] | None = None,
    *,
    scores: tuple[MonthScore, ...] | None = None,
) -> Explained:
    """Explain a group's score in the month read; a caller may hand over what it read already.

    Raises:
        NotInScope: if the group's row of that month is not the reader's.
    """
    run, model = reading.run, reading.model
    if run is None or model is None:
        raise NotInScope
    result = result or queries.group_in(reading.scope, run.run, group_code)
    facts = facts or queries.facts_in(run.run, group_code)
    explanation = scoring.explanation_of(facts, result, model, reading.cuts or None)
    if scores is None:
        scores = queries.score_history(months_explained(reading), group_code)
    return Explained(
        month=run.month,
        result=result,
        facts=facts,
        explanation=explanation,
        rows=tuple(_row(bar, explanation) for bar in explanation.bars),
        history=scores,
        industry=result.industry or result.industry_code,
        places=breadcrumb_of(reading.scope, owner_of(result)) if places is None else places,
        model=str(model),
    )


def months_explained(reading: Reading) -> dict[int, int]:
    """Return the published months a score is shown of, up to the one read: month index → run."""
    upto = [each for each in reading.published if reading.run and each.month <= reading.run.month]
    return {each.month.index: each.run for each in upto[:N_HISTORY_MONTHS]}


def explain_now(reading: Reading, result: Any) -> Explained | None:
    """Explain one result of the month read, without its history; the caller read it in scope.

    None where the month has no score model.
    """
    run, model = reading.run, reading.model
    if run is None or model is None:
        return None
    facts = queries.facts_in(run.run, result.group_code)
    explanation = scoring.explanation_of(facts, result, model, reading.cuts or None)
    return Explained(
        month=run.month,
        result=result,
        facts=facts,
        explanation=explanation,
        rows=tuple(_row(bar, explanation) for bar in explanation.bars),
        history=(),
        industry=result.industry or result.industry_code,
        places=(),
        model=str(model),
    )


def owner_of(result: Any) -> Selection:
    """Return whose group it was in its month."""
    return Selection(
        "account_manager",
        city_code=result.city_code,
        county_code=result.county_code,
        account_manager_code=result.account_manager_code,
    )


def _row(bar: Bar, explanation: Explanation) -> IndicatorRow:
    chinese = formats.is_chinese()
    needed = bar.reach.raw_needed if bar.reach else None
    sign = "≤" if bar.indicator.better == "down" else "≥"
    adjusted = abs(bar.weight - bar.model_weight) > 1e-12
    original = formats.ratio(bar.model_weight, 1)
    return IndicatorRow(
        code=bar.indicator.code,
        label=bar.indicator.label_zh if chinese else bar.indicator.label_en,
        dimension=dimension_label(bar.dimension),
        raw=bar.raw,
        raw_text="" if bar.raw is None else raw_text(bar.indicator, bar.raw),
        points=None if bar.is_missing else bar.points,
        reference=bar.reference,
        weight=bar.weight,
        weight_note=_("原 {weight}").format(weight=original) if adjusted else "",
        bar=bar.bar,
        needed=needed,
        needed_text="" if needed is None else f"{sign} {raw_text(bar.indicator, needed)}",
        needed_reason="" if explanation.next_grade is None else _("单凭此项无法达到"),
    )


def dimension_label(code: str) -> str:
    """Name the dimension 评分维度 of an indicator."""
    words = DIMENSION_LABELS[code]
    return words[0] if formats.is_chinese() else words[1]


def raw_text(indicator: Indicator, raw: float) -> str:
    """Write a raw value the way its unit asks for; scores read money in 元."""
    if indicator.unit == "li":
        return str(formats.money(round(raw * LI_PER_YUAN)))
    if indicator.unit == "ratio":
        return formats.ratio(raw, 2)
    return formats.number(raw, 0 if float(raw).is_integer() else 1)


def steps(group: Explained) -> list[tuple[str, float]]:
    """Return the bars of the waterfall in the model's order, the rule floor last."""
    bars = [(row.label, row.bar) for row in group.rows]
    if group.explanation.floor_bar:
        bars.append((_("规则保底"), group.explanation.floor_bar))
    return bars


def sum_line(group: Explained) -> str:
    """Write the sum that the waterfall draws; empty for a group that is not rated."""
    if group.score is None:
        return ""
    # of the two figures as they stand beside it, so that a reader who adds up finds the same
    total = round(group.score, 2) - round(group.reference_level, 2)
    return _("参照分 {reference} {bars}（各项之和）= {score} 分").format(
        reference=formats.number(group.reference_level, 2),
        bars=formats.number(total, 2, plus=True),
        score=formats.number(group.score, 2),
    )
