"""Ask whether adjusted groups proved right 调级准确率: the suggested grade six months later.

An approval is *right* when, six months after its first month, the suggested grade is at the
approved grade or beyond it in the direction of the adjustment; *toward* when it moved that way
since the request without getting there. Approvals whose sixth month is not published are immature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q, QuerySet

from accounts.scope import Scope
from adjustments.models import GradeAdjustment
from adjustments.states import State
from scoring.grades import GRADE_CODES
from warehouse.models import GroupResult, PublishedMonth

MONTHS_AFTER = 6
By = Literal["city", "account_manager"]
_RANKS = {code: rank for rank, code in enumerate(GRADE_CODES)}
Verdict = Literal["right", "toward", "wrong", "gone", "immature"]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Be how the approvals of one city or account manager turned out.

    ``n_measured`` = right + toward + wrong; groups gone by then are counted apart.
    """

    code: str
    n_approved: int
    n_measured: int
    n_right: int
    n_toward: int
    n_gone: int
    n_immature: int

    @property
    def right_ratio(self) -> float | None:
        """Return the share that proved right; None without a measured one."""
        return self.n_right / self.n_measured if self.n_measured else None


def verdict_of(*, seen: str, approved: str, later: str | None) -> Verdict:
    """Judge one approval: suggested grade then, approved grade, suggested grade six months later.

    Against the suggested grade the approval went up, down, or (an earlier approval was put right)
    nowhere; then it is right when the suggested grade stayed.
    """
    if later is None:
        return "gone"
    was, wanted, now = _RANKS[seen], _RANKS[approved], _RANKS[later]
    direction = (wanted > was) - (wanted < was)
    if direction == 0:
        return "right" if now == was else "wrong"
    if (now - wanted) * direction >= 0:
        return "right"
    return "toward" if (now - was) * direction > 0 else "wrong"


def accuracy_of(scope: Scope, by: By) -> tuple[Accuracy, ...]:
    """Return how approvals in the reader's scope turned out, by city or account manager.

    Counts only, so the province reads them too; nobody else's units are in it.
    """
    rows = _visible(scope).filter(state__in=(State.APPROVED, State.EXPIRED))
    fields = (
        "group_code", "city_code", "account_manager_code", "suggested_grade", "requested_grade",
        "from_month_index",
    )  # fmt: skip
    approved = list(rows.order_by("pk").values(*fields))
    later = _later_grades(approved)
    counted: dict[str, dict[str, int]] = {}
    for row in approved:
        verdicts = counted.setdefault(row[f"{by}_code"], {})
        verdict = _judge(row, later)
        verdicts[verdict] = verdicts.get(verdict, 0) + 1
    return tuple(_accuracy(code, counted[code]) for code in sorted(counted))


def _visible(scope: Scope) -> QuerySet[GradeAdjustment]:
    rows: QuerySet[GradeAdjustment] = GradeAdjustment.objects.all()
    if scope.is_province:
        return rows
    return rows.filter(
        Q(city_code__in=sorted(scope.city_codes))
        | Q(county_code__in=sorted(scope.county_codes))
        | Q(account_manager_code__in=sorted(scope.account_manager_codes))
    )


Later = Mapping[int, Mapping[str, str] | None]


def _later_grades(approved: Iterable[Mapping[str, object]]) -> Later:
    """Return month index → group → suggested grade; None where the month is not published."""
    wanted: dict[int, set[str]] = {}
    for row in approved:
        index = int(str(row["from_month_index"])) + MONTHS_AFTER
        wanted.setdefault(index, set()).add(str(row["group_code"]))
    runs = PublishedMonth.objects.filter(month_index__in=sorted(wanted), run__isnull=False)
    run_of = dict(runs.values_list("month_index", "run_id"))
    found: dict[int, Mapping[str, str] | None] = {}
    for index, codes in wanted.items():
        if index not in run_of:
            found[index] = None
            continue
        rows = GroupResult.objects.in_run(run_of[index]).filter(group_code__in=sorted(codes))
        found[index] = dict(rows.values_list("group_code", "suggested_grade"))
    return found


def _judge(row: Mapping[str, object], later: Later) -> Verdict:
    grades = later[int(str(row["from_month_index"])) + MONTHS_AFTER]
    if grades is None:
        return "immature"
    return verdict_of(
        seen=str(row["suggested_grade"]),
        approved=str(row["requested_grade"]),
        later=grades.get(str(row["group_code"])),
    )


def _accuracy(code: str, verdicts: Mapping[str, int]) -> Accuracy:
    n = {name: verdicts.get(name, 0) for name in ("right", "toward", "wrong", "gone", "immature")}
    return Accuracy(
        code=code,
        n_approved=sum(n.values()),
        n_measured=n["right"] + n["toward"] + n["wrong"],
        n_right=n["right"],
        n_toward=n["toward"],
        n_gone=n["gone"],
        n_immature=n["immature"],
    )
