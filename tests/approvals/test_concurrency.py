"""Fifty requests, twenty deciders at once, real connections: one decision each."""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, connections
from django.test import Client
from django.utils import timezone

from accounts import policies
from accounts.models import AccountManager, OrgUnit, User
from accounts.queries import scope_for
from accounts.scope import Scope
from adjustments import actions
from adjustments.models import AdjustmentStep, GradeAdjustment
from adjustments.states import State
from core.errors import Conflict
from scoring.models import GradeInForce
from tests.adjustments.people import REASON
from tests.adjustments.totals import assert_flows_are_counts, assert_totals_are_counts
from tests.approvals import small

pytestmark = pytest.mark.live
N_REQUESTS, N_DECIDERS = 50, 20


@pytest.fixture
def waiting(transactional_db, var_folder) -> tuple[int, list[GradeAdjustment], list[Scope]]:
    """Publish a month with fifty requests in one city, and twenty administrators of it."""
    small.grade_by_influence()
    codes = [f"GA{n:03d}" for n in range(N_REQUESTS)]
    owners = dict.fromkeys(codes, ("A", "A01", "MA1"))
    grades = {code: ("B1", "C", "A2")[n % 3] for n, code in enumerate(codes)}
    published = small.publish(small.OCTOBER, {**grades, "GA1": "B1"}, {**owners, **small.OWNERS})
    asker = User.objects.create(
        username="asker",
        role=User.Role.ACCOUNT_MANAGER,
        account_manager=AccountManager.objects.get(pk="MA1"),
    )
    today = timezone.localdate()
    asked = [
        actions.request_adjustment(
            actor=scope_for(asker, today),
            group_code=code,
            requested_grade="A1",
            reason=REASON,
            validity_months=3,
        )
        for code in codes
    ]
    deciders = []
    for n in range(N_DECIDERS):
        user = User.objects.create(
            username=f"decider-{n}", role=User.Role.CITY, display_name=f"主管{n}"
        )
        policies.grant_unit(user, OrgUnit.objects.get(pk="A"))
        deciders.append(scope_for(user, today))
    return published.pk, asked, deciders


def _all_at_once(work: Callable[[int], Counter[str]]) -> Counter[str]:
    """Let every decider work in a thread with a connection of its own."""
    start = threading.Barrier(N_DECIDERS)

    def one(n: int) -> Counter[str]:
        start.wait()
        try:
            return work(n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(N_DECIDERS) as pool:
        return sum(pool.map(one, range(N_DECIDERS)), Counter())


def test_each_request_is_decided_once_and_the_rest_hear_by_whom(waiting) -> None:
    run, asked, deciders = waiting

    def decide_all(n: int) -> Counter[str]:
        said: Counter[str] = Counter()
        for each in random.Random(n).sample(asked, len(asked)):
            try:
                if (n + each.pk) % 3:
                    actions.approve(actor=deciders[n], adjustment_id=each.pk, version=each.version)
                else:
                    actions.reject(
                        actor=deciders[n], adjustment_id=each.pk, version=each.version,
                        comment="不同意",
                    )  # fmt: skip
                said["decided"] += 1
            except Conflict as error:
                assert (error.code, error.status) == ("already_decided", 409)
                assert "主管" in error.message
                said["told"] += 1
        return said

    said = _all_at_once(decide_all)
    assert said == {"decided": N_REQUESTS, "told": N_REQUESTS * (N_DECIDERS - 1)}
    states = Counter(GradeAdjustment.objects.values_list("state", flat=True))
    assert states[State.APPROVED] + states[State.REJECTED] == N_REQUESTS
    assert states[State.APPROVED] and states[State.REJECTED]
    decisions = AdjustmentStep.objects.filter(action__in=("approve", "reject"))
    assert decisions.count() == decisions.values("adjustment").distinct().count() == N_REQUESTS
    in_force = GradeInForce.objects.values_list("adjustment_id", flat=True)
    assert len(in_force) == len(set(in_force)) == states[State.APPROVED]
    assert_totals_are_counts(run)
    assert_flows_are_counts(run)


def test_the_naive_way_decides_twice(waiting) -> None:
    """Read, check, write without queueing: the control that shows what the test can see.

    The trigger on decided rows refuses the second change of state even here, but what the naive
    way wrote before it stays.
    """
    _run, asked, _deciders = waiting
    read = threading.Barrier(N_DECIDERS)

    def decide_naively(n: int) -> Counter[str]:
        said: Counter[str] = Counter()
        rows = list(GradeAdjustment.objects.filter(pk__in=[each.pk for each in asked]))
        read.wait()
        for row in rows:
            if row.state != State.SUBMITTED:
                continue
            GradeInForce.objects.create(
                group_code=row.group_code,
                from_month_index=small.OCTOBER.index,
                to_month_index=small.OCTOBER.index,
                grade=row.requested_grade,
                adjustment_id=row.pk,
            )
            with contextlib.suppress(DatabaseError):
                GradeAdjustment.objects.filter(pk=row.pk).update(state=State.APPROVED)
                said["decided"] += 1
        return said

    _all_at_once(decide_naively)
    in_force = list(GradeInForce.objects.values_list("adjustment_id", flat=True))
    assert len(in_force) > len(set(in_force)) == N_REQUESTS


def test_a_double_click_asks_once(waiting) -> None:
    """Eight identical forms at the same moment are one request."""
    asker = scope_for(User.objects.get(username="asker"), timezone.localdate())

    def click(n: int) -> Counter[str]:
        try:
            made = actions.request_adjustment(
                actor=asker,
                group_code="GA1",
                requested_grade="A1",
                reason=REASON,
                validity_months=3,
                token="form-1",
            )
        except Conflict as error:
            return Counter([error.code])
        return Counter([f"made {made.pk}"])

    said = _all_at_once(click)
    rows = GradeAdjustment.objects.filter(group_code="GA1")
    assert rows.count() == 1
    assert said.keys() <= {f"made {rows.get().pk}", "pending_exists"}


def test_over_http_each_request_is_decided_once_and_the_rest_are_409(waiting, live_site) -> None:
    run, asked, deciders = waiting
    site = live_site(GCVA_LOGIN_RATE="1000")
    cookies = [_cookies(decider) for decider in deciders]

    def decide_all(n: int) -> Counter[str]:
        said: Counter[str] = Counter()
        for each in random.Random(n).sample(asked, len(asked)):
            form = {
                "item": f"{each.pk}:{each.version}",
                "decision": "approve" if (n + each.pk) % 3 else "reject",
                "comment": "看过材料",
            }
            status, body = _post(site.port, "/inbox/", form, cookies[n])
            said[str(status)] += 1
            assert status == 302 or "已由主管" in body
        return said

    said = _all_at_once(decide_all)
    assert said == {"302": len(asked), "409": len(asked) * (N_DECIDERS - 1)}
    decisions = AdjustmentStep.objects.filter(action__in=("approve", "reject"))
    assert decisions.count() == decisions.values("adjustment").distinct().count() == len(asked)
    in_force = GradeInForce.objects.values_list("adjustment_id", flat=True)
    approved = GradeAdjustment.objects.filter(state=State.APPROVED)
    assert sorted(in_force) == sorted(approved.values_list("pk", flat=True))
    assert_totals_are_counts(run)


def _cookies(decider: Scope) -> str:
    client = Client()
    client.force_login(
        User.objects.get(pk=decider.user_id),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}"


def _post(port: int, path: str, form: dict[str, str], cookies: str) -> tuple[int, str]:
    """Send a form without following where it leads."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(
        "POST",
        path,
        urlencode(form),
        {
            "Cookie": cookies,
            "X-CSRFToken": "a" * 32,
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body
