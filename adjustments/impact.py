"""Show who decides what a request would change 影响: score, history, similar groups, counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import OuterRef, Q, Subquery, Sum

from accounts.scope import Scope
from adjustments.models import GradeAdjustment
from adjustments.queries import request_of
from core.month import Month
from scoring.grades import GRADE_CODES
from scoring.queries import Explanation, explanation_of, grading_facts, model_of
from warehouse.models import GroupMonth, GroupResult, Industry, OrgMonth
from warehouse.peers import PeerMeasure, peers_of
from warehouse.queries import PublishedRun, published_runs

MONTHS_OF_HISTORY = 13
LEVELS = ("city", "county", "account_manager")


@dataclass(frozen=True, slots=True)
class PastGrade:
    """Be one published month of the group: score and the two grades."""

    month: Month
    score: float | None
    suggested_grade: str
    effective_grade: str
    way: str


@dataclass(frozen=True, slots=True)
class GradeCounts:
    """Be the groups by effective grade of one unit, before and after the approval."""

    level: str
    code: str
    before: Mapping[str, int]
    after: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Impact:
    """Be all that helps to decide; ``month`` is the newest published one.

    ``peers`` is empty below three similar groups. Open alerts are not here: the page asks for them
    (``alerts`` and ``adjustments`` do not know each other).
    """

    month: Month
    run: int
    group_code: str
    name: str
    score: float | None
    suggested_grade: str
    effective_grade: str
    industry_name: str
    size_band: int
    explanation: Explanation | None
    history: tuple[PastGrade, ...]
    n_peers: int
    peers: tuple[PeerMeasure, ...]
    counts: tuple[GradeCounts, ...]
    earlier_requests: tuple[GradeAdjustment, ...]


def impact_of(scope: Scope, adjustment_id: int) -> Impact | None:
    """Return the impact of a request; None once its group is gone from the newest month.

    A decided request shows the counts as they are, before and after alike.

    Raises:
        NotInScope: if the reader may not see the request.
    """
    return impact_of_request(request_of(scope, adjustment_id), published_runs())


def impact_of_request(
    adjustment: GradeAdjustment, published: Sequence[PublishedRun]
) -> Impact | None:
    """Return the impact of a request the reader was shown, by the published months at hand."""
    past = _history(published, adjustment.group_code)
    if not past or past[-1].run != published[0].run:
        return None
    result, month, run = past[-1], published[0].month, published[0].run
    peers = peers_of(run, result)
    return Impact(
        month=month,
        run=run,
        group_code=adjustment.group_code,
        name=result.name,
        score=result.score,
        suggested_grade=result.suggested_grade,
        effective_grade=result.effective_grade,
        industry_name=result.industry_name or "",
        size_band=result.size_band,
        explanation=_explained(published[0], result),
        history=tuple(_past(each) for each in past),
        n_peers=peers.n,
        peers=peers.measures,
        counts=_counts(run, result, adjustment),
        earlier_requests=_earlier(adjustment),
    )


def _explained(newest: PublishedRun, result: GroupResult) -> Explanation | None:
    facts = GroupMonth.objects.in_run(newest.run).filter(group_code=result.group_code).first()
    version = newest.model_version_id
    if facts is None or version is None:
        return None
    said = grading_facts(newest.folder)
    known = said.cut_scores if said else ()
    cuts = tuple(float("inf") if cut is None else cut for cut in known)
    return explanation_of(facts, result, model_of(version), cuts or None)


def _history(published: Sequence[PublishedRun], group_code: str) -> list[GroupResult]:
    """Return the group's results of the last months, the newest last."""
    if not published:
        return []
    newest = published[0].month
    runs = sorted(each.run for each in published if newest - each.month < MONTHS_OF_HISTORY)
    rows = GroupResult.objects.filter(run__in=runs, group_code=group_code)
    industry = Industry.objects.filter(code=OuterRef("industry_code")).values("name")[:1]
    return list(rows.annotate(industry_name=Subquery(industry)).order_by("month"))


def _past(row: GroupResult) -> PastGrade:
    return PastGrade(
        Month.from_index(row.month), row.score, row.suggested_grade, row.effective_grade,
        row.grade_way,
    )  # fmt: skip


def _counts(run: int, result: GroupResult, adjustment: GradeAdjustment) -> tuple[GradeCounts, ...]:
    """Return the counts of city, county and account manager, and what one group changes.

    An account manager has groups in several counties; all of the city's count.
    """
    columns = {grade: f"n_effective_{grade.lower()}" for grade in GRADE_CODES}
    city = OrgMonth.objects.in_run(run).rolled_up().filter(city_code=result.city_code)
    codes = {
        "city": {},
        "county": {"county_code": result.county_code},
        "account_manager": {"account_manager_code": result.account_manager_code},
    }
    three = Q()
    for level in LEVELS:
        three |= Q(level=level, **codes[level])
    sums = {grade: Sum(name) for grade, name in columns.items()}
    summed = {row["level"]: row for row in city.filter(three).values("level").annotate(**sums)}
    counts = []
    for level in LEVELS:
        found = summed.get(level, {})
        before = {grade: int(found.get(grade) or 0) for grade in GRADE_CODES}
        code = getattr(result, f"{level}_code")
        counts.append(GradeCounts(level, code, before, before))
    if adjustment.state not in ("draft", "submitted", "needs_reconfirmation"):
        return tuple(counts)
    return tuple(
        _after(each, result.effective_grade, adjustment.requested_grade) for each in counts
    )


def _after(counts: GradeCounts, leaves: str, enters: str) -> GradeCounts:
    after = dict(counts.before)
    after[leaves] -= 1
    after[enters] += 1
    return replace(counts, after=after)


def _earlier(adjustment: GradeAdjustment) -> tuple[GradeAdjustment, ...]:
    """Return what was asked for the group before; the reader sees this request, so those too."""
    rows = GradeAdjustment.objects.filter(
        group_code=adjustment.group_code, city_code=adjustment.city_code, pk__lt=adjustment.pk
    ).exclude(state="draft")
    return tuple(rows.select_related("requester", "decided_by")[:10])
