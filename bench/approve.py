"""Measure how long a decision takes in a large month: approve → grade in force, totals in step.

    GCVA_VAR=… python bench/approve.py [50]

Takes groups of the newest published month of a running site (``manage.py demo --groups 50000
--no-serve``), asks for another grade as their account managers and agrees as their cities; prints
the milliseconds of an approval with its commit, and of reading the totals and a list before and
after. What it wrote stays: use a folder of its own.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcva.settings")

import django

django.setup()

from django.utils import timezone

from accounts.models import User
from accounts.queries import scope_for
from adjustments import actions, impact
from adjustments.groups import newest_published
from adjustments.models import GradeAdjustment
from adjustments.states import PENDING
from warehouse.models import GroupResult, OrgMonth


def main(n_approvals: int) -> None:
    """Ask, look, agree; print the figures."""
    newest = newest_published()
    if newest is None:
        raise SystemExit("Nothing is published in this GCVA_VAR.")
    month, run = newest
    n_groups = GroupResult.objects.in_run(run).count()
    print(f"{month} run {run}: {n_groups} groups")
    _reads(run, "before")
    asked = [each for each in map(_ask, _candidates(run, n_approvals)) if each]
    seen, took = [], []
    for adjustment in asked:
        decider = _decider(adjustment.city_code)
        seen.append(_ms(lambda each=adjustment, who=decider: impact.impact_of(who, each.pk)))
        took.append(
            _ms(
                lambda each=adjustment, who=decider: actions.approve(
                    actor=who, adjustment_id=each.pk, version=each.version
                )
            )
        )
    _print("impact", seen)
    _print("approve", took)
    _reads(run, "after")


def _candidates(run: int, n: int) -> list[GroupResult]:
    pending = GradeAdjustment.objects.filter(state__in=PENDING).values("group_code")
    rows = GroupResult.objects.in_run(run).filter(effective_grade__in=("B1", "B2", "C"))
    with_login = User.objects.filter(role="account_manager").values("account_manager_id")
    rows = rows.filter(account_manager_code__in=with_login).exclude(group_code__in=pending)
    step = max(rows.count() // n, 1)
    return list(rows.order_by("group_code")[: step * n : step])


def _ask(result: GroupResult) -> GradeAdjustment | None:
    asker = User.objects.get(account_manager_id=result.account_manager_code)
    return actions.request_adjustment(
        actor=scope_for(asker, timezone.localdate()),
        group_code=result.group_code,
        requested_grade="A2",
        reason="重点客户，集团总部已签署三年合作协议",
        validity_months=6,
    )


def _decider(city_code: str):
    today = timezone.localdate()
    scopes = (scope_for(user, today) for user in User.objects.filter(role="city"))
    return next(scope for scope in scopes if scope.approves(city_code))


def _reads(run: int, when: str) -> None:
    busiest = (
        OrgMonth.objects.in_run(run).at_level("account_manager").rolled_up().order_by("-n_groups")
    )[0]
    totals = OrgMonth.objects.in_run(run).rolled_up().at_level("city")
    listed = GroupResult.objects.in_run(run).filter(
        account_manager_code=busiest.account_manager_code
    )
    reads: dict[str, Callable[[], object]] = {
        "totals by city": lambda: list(totals.values("city_code", "n_effective_a1", "n_groups")),
        "list by income": lambda: list(listed.order_by("-total_income_li")[:50]),
        "count of a list": listed.count,
    }
    for name, read in reads.items():
        read()
        _print(f"{name} {when}", [_ms(read) for _ in range(20)])


def _ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _print(name: str, took: list[float]) -> None:
    ordered = sorted(took)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    print(
        f"{name:28s} median {statistics.median(ordered):7.1f} ms   p95 {p95:7.1f}"
        f"   worst {ordered[-1]:7.1f}   n {len(ordered)}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
