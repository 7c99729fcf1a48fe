"""Did adjusted groups prove right 调级准确率: six months later the suggested grade says so."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import AccountManager, OrgUnit
from accounts.queries import scope_for
from adjustments import actions
from adjustments.accuracy import accuracy_of, verdict_of
from tests.adjustments.people import REASON
from tests.approvals import small
from tests.personas import Org, build_people

# suggested when asked, approved, suggested six months later
GOLDEN = [
    ("B1", "A2", "A2", "right"),
    ("B1", "A2", "A1", "right"),
    ("C", "A1", "B1", "toward"),
    ("B1", "A2", "B1", "wrong"),
    ("B1", "A2", "C", "wrong"),
    ("A2", "B2", "B2", "right"),
    ("A2", "B2", "C", "right"),
    ("A1", "C", "B1", "toward"),
    ("A2", "B2", "A1", "wrong"),
    ("NR", "A1", "A1", "right"),
    ("B1", "A2", None, "gone"),
    ("B1", "B1", "B1", "right"),
    ("B1", "B1", "A2", "wrong"),
]


@pytest.mark.parametrize(("seen", "approved", "later", "verdict"), GOLDEN)
def test_a_verdict_compares_the_three_grades(seen, approved, later, verdict) -> None:
    assert verdict_of(seen=seen, approved=approved, later=later) == verdict


def test_accuracy_counts_by_city_and_account_manager_within_the_scope(db, var_folder) -> None:
    small.grade_by_influence()
    small.publish(small.OCTOBER)
    org = Org(
        {unit.code: unit for unit in OrgUnit.objects.all()},
        {person.code: person for person in AccountManager.objects.all()},
    )
    people = build_people(org)
    today = timezone.localdate()
    scopes = {name: scope_for(user, today) for name, user in people.items()}
    for who, code, grade in (
        ("manager_a1", "GA1", "A2"),  # B1 → A2: right
        ("manager_a1", "GA2", "A1"),  # C → B1: toward
        ("manager_a2", "GA3", "C"),  # A2 → A2: wrong
        ("manager_b1", "GB1", "A1"),  # gone
    ):
        asked = actions.request_adjustment(
            actor=scopes[who],
            group_code=code,
            requested_grade=grade,
            reason=REASON,
            validity_months=3,
        )
        actions.approve(
            actor=scopes[f"city_{code[1].lower()}"],
            adjustment_id=asked.pk,
            version=asked.version,
        )
    early = accuracy_of(scopes["province"], "city")
    assert [(each.code, each.n_immature, each.right_ratio) for each in early] == [
        ("A", 3, None),
        ("B", 1, None),
    ]
    later = {"GA1": "A2", "GA2": "B1", "GA3": "A2", "GA4": "C", "GB2": "A1"}
    small.publish(small.OCTOBER.plus(6), later)
    a, b = accuracy_of(scopes["province"], "city")
    assert (a.n_approved, a.n_measured, a.n_right, a.n_toward) == (3, 3, 1, 1)
    assert a.right_ratio == pytest.approx(1 / 3)
    assert (b.n_measured, b.n_gone, b.right_ratio) == (0, 1, None)
    assert [each.code for each in accuracy_of(scopes["city_a"], "account_manager")] == [
        "MA1",
        "MA2",
    ]
    assert [each.code for each in accuracy_of(scopes["manager_b1"], "city")] == ["B"]
    assert accuracy_of(scopes["operator"], "city") == ()
