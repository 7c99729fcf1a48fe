"""Read score models and grades in force, and explain one group's stored score."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import policies
from accounts.scope import Scope
from core.errors import DomainError, NotInScope
from core.indicator import Indicator
from core.month import Month
from scoring.explain import NextGrade, Reach, next_grade, reference_level
from scoring.indicators import SCORE_INDICATORS, columns_read
from scoring.maps import MICRO
from scoring.models import GradeInForce, ScoreModel
from scoring.weights import FULL_WEIGHT

GRADING_FILE = "grading.json"


def model_for(month: Month) -> ScoreModel:
    """Return the published model in force in a month: the latest start, then the newest version.

    Raises:
        DomainError: ``no_score_model`` if nothing is published for that month.
    """
    found = (
        ScoreModel.objects.filter(
            state=ScoreModel.State.PUBLISHED, from_month_index__lte=month.index
        )
        .order_by("-from_month_index", "-version")
        .first()
    )
    if found is None:
        raise DomainError(
            "no_score_model",
            _("{month} 没有已发布的评分模型。").format(month=month),
            _("请先发布一个评分模型。"),
        )
    return found


def model_of(model_version_id: int) -> ScoreModel:
    """Return the model a run pinned."""
    return ScoreModel.objects.get(pk=model_version_id)


def newest_adjustment() -> int:
    """Return the id up to which grades in force exist; a run pins it (``adjustments_upto``)."""
    newest = GradeInForce.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def grades_changed_at() -> dt.datetime | None:
    """Return when a grade was last approved; what was made of grades before then is old."""
    newest = GradeInForce.objects.order_by("-pk").values_list("created_at", flat=True)
    return newest.first()


def grades_in_force(month: Month, upto: int) -> dict[str, str]:
    """Return group code → approved grade valid in a month, among rows up to the pinned id."""
    rows = GradeInForce.objects.filter(
        pk__lte=upto, from_month_index__lte=month.index, to_month_index__gte=month.index
    ).order_by("pk")
    return dict(rows.values_list("group_code", "grade"))


@dataclass(frozen=True, slots=True)
class GradingFacts:
    """Hold what a run's grading followed from: model, cut scores, quota overshoot, rated groups."""

    model_version_id: int
    cut_scores: tuple[float | None, ...]
    overshoot: tuple[int, ...]
    n_rated: int


def grading_facts(folder: Path) -> GradingFacts | None:
    """Return what a run wrote beside its results; None where it has not graded."""
    path = folder / GRADING_FILE
    if not path.exists():
        return None
    said = json.loads(path.read_text())
    return GradingFacts(
        said["model_version_id"],
        tuple(said["cut_scores"]),
        tuple(said["overshoot"]),
        said["n_rated"],
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """Be one bar of the waterfall: an indicator of one group, with what it adds or takes."""

    indicator: Indicator
    dimension: str
    raw: float | None
    points: float
    reference: float
    model_weight: float
    weight: float
    bar: float
    is_missing: bool
    reach: Reach | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Hold one score explained 评分解释: ``reference_level`` + Σ ``bar`` = ``score``."""

    score: float | None
    reference_level: float
    bars: tuple[Bar, ...]
    floor_bar: float
    next_grade: NextGrade | None


def explanation_of(
    facts: object, result: object, model: ScoreModel, cuts: tuple[float, ...] | None = None
) -> Explanation:
    """Explain one group's stored result, and say what would lift its grade.

    ``facts`` and ``result`` are its rows of ``group_month`` and ``group_result``; the caller has
    checked the scope. ``cuts`` are the run's cut scores, needed only for a model with quotas.
    """
    definition = model.parsed()
    codes = definition.codes
    raw = _raw_of(facts, codes)
    points = [round(each * MICRO) for each in result.points]  # type: ignore[attr-defined]  # columns come from the marts
    weights = [float(each) for each in result.weights]  # type: ignore[attr-defined]  # columns come from the marts
    reference = model.reference_of(codes)
    ahead = next_grade(
        definition,
        raw=list(raw.values()),
        points=points,
        used=[each > 0 for each in weights],
        cuts=cuts or definition.cutoffs.values,
    )
    reaches = {reach.code: reach for reach in ahead.reaches} if ahead else {}
    bars = tuple(
        Bar(
            indicator=SCORE_INDICATORS[each.code].indicator,
            dimension=SCORE_INDICATORS[each.code].dimension,
            raw=None if np.isnan(raw[each.code]) else raw[each.code],
            points=points[k] / MICRO,
            reference=(reference[k] or 0) / MICRO,
            model_weight=each.weight / FULL_WEIGHT,
            weight=weights[k],
            bar=float(result.bars[k]),  # type: ignore[attr-defined]  # columns come from the marts
            is_missing=bool(np.isnan(raw[each.code])),
            reach=reaches.get(each.code),
        )
        for k, each in enumerate(definition.indicators)
    )
    return Explanation(
        score=result.score,  # type: ignore[attr-defined]  # columns come from the marts
        reference_level=reference_level(weights, reference),
        bars=bars,
        floor_bar=result.floor_bar or 0.0,  # type: ignore[attr-defined]  # columns come from the marts
        next_grade=ahead,
    )


def _raw_of(facts: object, codes: tuple[str, ...]) -> Mapping[str, float]:
    """Read one group's raw values; NaN = missing."""
    month = Month.from_index(facts.month)  # type: ignore[attr-defined]  # columns come from the marts
    columns = {
        name: np.array([getattr(facts, name)], dtype=np.float64) for name in columns_read(codes)
    }
    return {code: float(SCORE_INDICATORS[code].read(columns, month)[0]) for code in codes}


def score_models(scope: Scope) -> QuerySet[ScoreModel]:
    """Return every version, newest first.

    Raises:
        NotAllowed: if the reader may not see score models.
    """
    policies.require_action(scope, "see_score_models")
    return ScoreModel.objects.select_related("author", "published_by").order_by("-version")


def score_model(scope: Scope, model_id: int) -> ScoreModel:
    """Return one version.

    Raises:
        NotInScope: if there is none.
    """
    found = score_models(scope).filter(pk=model_id).first()
    if found is None:
        raise NotInScope
    return found
