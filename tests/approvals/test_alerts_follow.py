"""Open alerts show the grade in force, from the approval on."""

from __future__ import annotations

from typing import Any

from accounts.models import AccountManager, OrgUnit
from adjustments import actions
from alerts.models import Alert
from tests.adjustments.people import REASON
from tests.approvals import small
from tests.personas import Org, build_people, scope_of_persona


def test_an_approval_shows_beside_the_open_alerts_of_its_group(db, var_folder) -> None:
    small.grade_by_influence()
    small.publish(small.OCTOBER.plus(-1), {**small.GRADES, "GA1": "A1", "GB1": "A1"})
    small.publish(small.OCTOBER)
    people = build_people(
        Org(
            {unit.code: unit for unit in OrgUnit.objects.all()},
            {person.code: person for person in AccountManager.objects.all()},
        )
    )
    before = _grades()
    assert (before["GA1"], before["GB1"]) == ({"B1"}, {"B1"})
    asked = actions.request_adjustment(
        actor=scope_of_persona(people, "manager_a1"),
        group_code="GA1",
        requested_grade="A2",
        reason=REASON,
        validity_months=3,
    )
    actions.approve(
        actor=scope_of_persona(people, "city_a"), adjustment_id=asked.pk, version=asked.version
    )
    after = _grades()
    assert (after["GA1"], after["GB1"]) == ({"A2"}, {"B1"})


def _grades() -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = {}
    for code, grade in Alert.objects.values_list("group_code", "effective_grade"):
        found.setdefault(code, set()).add(grade)
    return found
