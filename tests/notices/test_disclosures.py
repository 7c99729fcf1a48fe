"""A single group opened to its city's administrator, in both settings of GCVA_ACCESS."""

import pytest
from django.db import InternalError, transaction

from accounts import policies
from accounts.disclosures import close_disclosure, disclose
from accounts.models import Disclosure
from tests.personas import build_org, build_people, scope_of_persona

HIDDEN = ("group_view.member_rows", "group_view.fee_composition", "group_view.grade_history")
pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return build_people(build_org())


def opened(people, name, code="GA1"):
    return policies.may(scope_of_persona(people, name), "grading", "group", group_code=code)


def hidden_seen(people, name, code="GA1"):
    scope = scope_of_persona(people, name)
    return [field for field in HIDDEN if policies.may_see_field(scope, field, code)]


@pytest.mark.parametrize("basis", ["request", "alert"])
def test_the_strict_setting_opens_only_a_disclosed_group_and_only_to_its_city(
    people, settings, basis
):
    settings.GCVA_ACCESS = "strict"
    assert not opened(people, "city_a")
    disclose(group_code="GA1", city_code="A", basis=basis, basis_id=1)
    assert opened(people, "city_a")
    assert not opened(people, "city_a", "GA2")
    for other in ("city_b", "province", "county_a01", "operator"):
        assert not opened(people, other)
    assert not policies.may(scope_of_persona(people, "city_a"), "grading", "group")


@pytest.mark.parametrize("access", ["default", "strict"])
def test_an_escalated_alert_opens_the_hidden_parts_and_a_request_does_not(people, settings, access):
    settings.GCVA_ACCESS = access
    disclose(group_code="GA1", city_code="A", basis="request", basis_id=1)
    assert hidden_seen(people, "city_a") == []
    disclose(group_code="GA1", city_code="A", basis="alert", basis_id=7)
    assert hidden_seen(people, "city_a") == list(HIDDEN)
    assert hidden_seen(people, "city_a", "GA2") == []
    for other in ("city_b", "province", "county_a01", "operator"):
        assert hidden_seen(people, other) == []


def test_the_columns_of_lists_stay_closed_to_management_in_a_disclosed_group(people):
    disclose(group_code="GA1", city_code="A", basis="alert", basis_id=7)
    scope = scope_of_persona(people, "city_a")
    assert not policies.may_see_field(scope, "group.roaming_li", "GA1")


def test_closing_one_basis_leaves_the_other_open(people, settings):
    settings.GCVA_ACCESS = "strict"
    disclose(group_code="GA1", city_code="A", basis="request", basis_id=1)
    disclose(group_code="GA1", city_code="A", basis="alert", basis_id=1)
    assert close_disclosure(basis="alert", basis_id=1) == 1
    assert opened(people, "city_a") and hidden_seen(people, "city_a") == []
    assert close_disclosure(basis="request", basis_id=1) == 1
    assert not opened(people, "city_a")
    assert close_disclosure(basis="request", basis_id=1) == 0


def test_opening_twice_is_one_disclosure_and_opening_again_is_a_new_one():
    first = disclose(group_code="GA1", city_code="A", basis="request", basis_id=1)
    assert disclose(group_code="GA1", city_code="A", basis="request", basis_id=1) == first
    close_disclosure(basis="request", basis_id=1)
    assert disclose(group_code="GA1", city_code="A", basis="request", basis_id=1) != first
    assert Disclosure.objects.count() == 2


def test_a_reader_asks_the_database_once_a_request(people, django_assert_num_queries):
    disclose(group_code="GA1", city_code="A", basis="alert", basis_id=7)
    scope = scope_of_persona(people, "city_a")
    with django_assert_num_queries(1):
        for code in ("GA1", "GA2", "GB1"):
            policies.may_see_field(scope, "group_view.member_rows", code)
    manager = scope_of_persona(people, "manager_a1")
    with django_assert_num_queries(0):
        assert policies.may_see_field(manager, "group_view.member_rows", "GA1")


def test_what_was_opened_and_closed_cannot_be_rewritten():
    disclose(group_code="GA1", city_code="A", basis="request", basis_id=1)
    close_disclosure(basis="request", basis_id=1)
    events = Disclosure.events.rel.related_model.objects  # type: ignore[attr-defined]  # made by pghistory
    assert list(events.order_by("pgh_id").values_list("pgh_label", flat=True)) == [
        "insert",
        "update",
    ]
    for spoil in (events.all().delete, lambda: events.update(city_code="B")):
        with pytest.raises(InternalError), transaction.atomic():
            spoil()
