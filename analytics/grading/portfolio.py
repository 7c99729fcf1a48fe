"""Sum one account manager's groups by industry or size 客户经理集团汇总.

``org_month`` keeps account managers by grade only: crossed with industry and size their rows would
be as many as the groups. A portfolio is small enough to be summed when it is asked for; the page
says whether its parts make the account manager's own row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import BigIntegerField, Case, Count, F, FloatField, Q, Sum, Value, When
from django.db.models.functions import Cast, Round

from accounts.queries import within
from accounts.scope import Scope, Selection
from analytics.kpi import Measures
from analytics.queries import KIND_COLUMN, Kind, with_classes
from warehouse.mart_models import GroupResult

GRADES = ("A1", "A2", "B1", "B2", "C")  # best first
MICRO = 1_000_000  # scores are summed as integers, as the totals are


def _rank(column: str) -> Case:
    """Return a grade's place, the best the greatest; null for one that is not rated."""
    whens = [When(**{column: grade}, then=Value(-place)) for place, grade in enumerate(GRADES)]
    return Case(*whens)


def _counts() -> dict[str, Count]:
    rated = {f"n_effective_{grade.lower()}": Q(effective_grade=grade) for grade in GRADES}
    counted = {
        "n_groups": Q(),
        "n_rated": Q(score__isnull=False),
        **rated,
        "n_effective_nr": ~Q(effective_grade__in=GRADES),
        "n_up": Q(now__gt=F("then")),
        "n_down": Q(now__lt=F("then")),
    }
    return {name: Count("group_code", filter=condition) for name, condition in counted.items()}


def measures_of_portfolio(
    scope: Scope, runs: Mapping[int, int], selection: Selection, kind: Kind, columns: Sequence[str]
) -> dict[int, dict[str, Measures]]:
    """Return an account manager's totals by industry or size: month index → code → measures."""
    micro = Cast(Round(F("score") * MICRO), BigIntegerField())
    asked = {
        **_counts(),
        "score_sum": Cast(Sum(micro), FloatField()) / MICRO,
        "total_income_li": Sum("total_income_li"),
    }
    column = KIND_COLUMN[kind]
    rows = GroupResult.objects.filter(run__in=sorted(runs.values())).visible_to(scope)
    kinds = (
        rows.filter(within(selection))
        .annotate(now=_rank("effective_grade"), then=_rank("prev_effective_grade"))
        .values("month", column)
        .annotate(**{f"of_{name}": sums for name, sums in asked.items()})
        .order_by("month", column)
    )
    found: dict[int, dict[str, Measures]] = {}
    for row in kinds:
        sums: Measures = {name: row[f"of_{name}"] for name in columns}
        found.setdefault(row["month"], {})[str(row[column])] = with_classes(sums)
    return found
