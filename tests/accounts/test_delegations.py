"""Delegation 代理审批: dated, by grant, revocable, never handed on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts import policies
from accounts.delegations import delegate, delegations_of, revoke_delegation
from accounts.models import Delegation, User
from accounts.queries import scope_for
from core.errors import Conflict, DomainError, NotAllowed, NotInScope
from tests.personas import build_org, build_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return build_org()


@pytest.fixture
def people(org):
    return build_people(org)


def _scope(user: User, day: dt.date | None = None):
    return scope_for(user, day or timezone.localdate())


def _days(first: int, last: int) -> dict[str, dt.date]:
    today = timezone.localdate()
    return {
        "from_date": today + dt.timedelta(first),
        "to_date": today + dt.timedelta(last),
    }


def _handed(people, first: int = 0, last: int = 6) -> Delegation:
    return delegate(
        actor=_scope(people["city_a"]), city_code="A", to_username="city_b", **_days(first, last)
    )


def test_the_delegate_decides_on_the_days_and_not_before_or_after(people) -> None:
    _handed(people, 2, 5)
    today = timezone.localdate()
    held = [_scope(people["city_b"], today + dt.timedelta(day)).approves("A") for day in range(8)]
    assert held == [False, False, True, True, True, True, False, False]


def test_the_delegate_reads_the_city_but_does_not_hold_it(people) -> None:
    _handed(people)
    scope = _scope(people["city_b"])
    assert scope.city_codes == {"A", "B"}
    assert scope.approves_city_codes == {"B"}
    assert scope.delegated_city_codes == {"A"}


def test_nobody_hands_on_what_was_only_delegated(people) -> None:
    _handed(people)
    with pytest.raises(NotAllowed):
        delegate(actor=_scope(people["city_b"]), city_code="A", to_username="city_a", **_days(0, 1))


def test_naming_nobody_is_told_to_choose_somebody(people) -> None:
    with pytest.raises(DomainError, match="没有选择代理人"):
        delegate(actor=_scope(people["city_a"]), city_code="A", to_username="", **_days(0, 1))


def test_dates_without_the_grant_mean_nothing(people, org) -> None:
    _handed(people)
    policies.revoke_decisions(people["city_b"], org.units["A"])
    assert not _scope(people["city_b"]).approves("A")


def test_revoking_ends_it_at_once_and_only_once(people) -> None:
    row = _handed(people)
    revoke_delegation(actor=_scope(people["city_a"]), delegation_id=row.pk)
    assert not _scope(people["city_b"]).approves("A")
    with pytest.raises(Conflict):
        revoke_delegation(actor=_scope(people["city_a"]), delegation_id=row.pk)


def test_only_the_city_or_the_operator_takes_it_back(people) -> None:
    row = _handed(people)
    with pytest.raises(NotAllowed):
        revoke_delegation(actor=_scope(people["city_b"]), delegation_id=row.pk)
    for name in ("province", "county_a01", "manager_a1"):
        with pytest.raises(NotInScope):
            revoke_delegation(actor=_scope(people[name]), delegation_id=row.pk)
    revoke_delegation(actor=_scope(people["operator"]), delegation_id=row.pk)


@pytest.mark.parametrize("to_username", ["city_a", "county_a01", "manager_a1", "disabled", "x"])
def test_only_another_active_city_administrator_stands_in(people, to_username) -> None:
    with pytest.raises(DomainError) as said:
        delegate(
            actor=_scope(people["city_a"]), city_code="A", to_username=to_username, **_days(0, 1)
        )
    assert said.value.code == "not_a_delegate"


def test_a_foreign_city_is_as_good_as_none(people) -> None:
    for code in ("B", "nothing"):
        with pytest.raises(NotInScope):
            delegate(
                actor=_scope(people["city_a"]), city_code=code, to_username="city_b", **_days(0, 1)
            )


@pytest.mark.parametrize(("first", "last"), [(3, 2), (-5, -1), (0, 200)])
def test_dates_are_in_order_to_come_and_not_endless(people, first, last) -> None:
    with pytest.raises(DomainError):
        _handed(people, first, last)


def test_a_delegate_who_loses_the_role_loses_the_decisions(people) -> None:
    _handed(people)
    people["city_b"].role = User.Role.COUNTY
    assert not _scope(people["city_b"]).approves("A")


def test_the_operator_hands_over_for_somebody_already_away(people) -> None:
    row = delegate(
        actor=_scope(people["operator"]),
        city_code="A",
        to_username="city_b",
        from_username="city_a",
        reason="病假",
        **_days(0, 3),
    )
    assert row.from_user == people["city_a"]
    assert [each.reason for each in delegations_of(_scope(people["city_b"]))] == ["病假"]


def test_every_write_is_audited(people) -> None:
    row = _handed(people)
    revoke_delegation(actor=_scope(people["city_a"]), delegation_id=row.pk)
    events = row.events.order_by("pgh_id").values_list("pgh_label", flat=True)
    assert list(events) == ["insert", "update"]
