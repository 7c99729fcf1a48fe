"""Who is told what: checked when sent, and again whenever the bell is read."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from accounts import policies
from accounts.disclosures import close_disclosure, disclose
from accounts.models import Notification, PortfolioCover
from accounts.notices import (
    AboutGroup,
    admins_of,
    mark_all_read,
    mark_read,
    notices_of,
    notify,
    render,
    unread_count,
    who_is,
)
from core.errors import NotInScope
from tests.personas import build_org, build_people, scope_of_persona

GA1 = AboutGroup("GA1", "A", "A01", "MA1")
pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return build_org()


@pytest.fixture
def people(org):
    return build_people(org)


def tell(people, **more):
    options = {"to": people.values(), "kind": "alert", "message": "集团{name}有新的告警"}
    return notify(**{**options, "params": {"name": "甲一小学"}, **more})


def told(people):
    names = {user.pk: name for name, user in people.items()}
    rows = Notification.objects.values_list("user_id", flat=True)
    return {names[pk] for pk in rows}


def seen_by(people, name):
    return [render(row) for row in notices_of(scope_of_persona(people, name))]


def test_of_a_group_only_those_are_told_who_may_open_it(people):
    assert tell(people, about_group=GA1) == 4
    assert told(people) == {"province", "city_a", "county_a01", "manager_a1"}


def test_in_the_strict_setting_management_is_told_of_disclosed_groups_only(people, settings):
    settings.GCVA_ACCESS = "strict"
    tell(people, about_group=GA1, dedupe="1")
    assert told(people) == {"manager_a1"}
    disclose(group_code="GA1", city_code="A", basis="alert", basis_id=1)
    tell(people, about_group=GA1, dedupe="1")
    assert told(people) == {"manager_a1", "city_a"}
    assert len(seen_by(people, "city_a")) == 1
    close_disclosure(basis="alert", basis_id=1)
    assert seen_by(people, "city_a") == [] and unread_count(scope_of_persona(people, "city_a")) == 0


@pytest.mark.parametrize(
    ("unit", "readers"),
    [
        ("P", {"province"}),
        ("A", {"province", "city_a"}),
        ("A01", {"province", "city_a", "county_a01"}),
    ],
)
def test_of_a_unit_only_those_are_told_who_see_it_whole(people, unit, readers):
    tell(people, about_unit=unit)
    assert told(people) == readers


def test_what_is_nobodys_business_reaches_every_active_login(people):
    tell(people, kind="month", message="{month}已发布", params={"month": "2026-10"})
    assert told(people) == set(people) - {"disabled"}


def test_who_loses_sight_of_a_group_loses_what_the_bell_said_about_it(people, org):
    tell(people, about_group=GA1)
    assert len(seen_by(people, "city_a")) == 1
    policies.revoke_unit(people["city_a"], org.units["A"])
    assert seen_by(people, "city_a") == []
    assert mark_all_read(actor=scope_of_persona(people, "city_a")) == 0


def test_the_same_thing_is_told_once(people):
    assert tell(people, about_group=GA1, dedupe="alert:1") == 4
    assert tell(people, about_group=GA1, dedupe="alert:1") == 0
    assert tell(people, about_group=GA1, dedupe="alert:2") == 4


def test_the_words_follow_the_reader_and_params_are_written_their_way(people):
    message, params = (
        "{month}欠费{owed_li}，截止{until_date}，经办{who}",
        {
            "month": "2026-10",
            "owed_li": 12_345_000,
            "until_date": "2026-11-03",
            "who": None,
        },
    )
    tell(people, message=message, params=params)
    row = Notification.objects.first()
    assert row is not None
    assert "2026年10月" in render(row) and "经办—" in render(row)
    with translation.override("en"):
        assert "2026年10月" not in render(row)


def test_no_notice_ends_with_a_full_stop_in_either_language(people):
    message = "集团“{group}”的等级调整申请（{from} → {to}）已同意，即时生效。"
    tell(people, message=message, params={"group": "甲一小学", "from": "B1", "to": "A2"})
    assert seen_by(people, "city_a") == ["集团“甲一小学”的等级调整申请（B1 → A2）已同意，即时生效"]
    with translation.override("en"):
        (said,) = seen_by(people, "city_a")
    assert "甲一小学" in said and not said.endswith(".")


def test_a_sentence_that_does_not_fit_its_params_is_the_callers_fault(people):
    with pytest.raises(KeyError):
        tell(people, params={"other": 1})
    assert not Notification.objects.exists()


def test_marking_read_takes_only_the_own_and_all_or_nothing(people):
    tell(people, about_group=GA1)
    mine = Notification.objects.get(user=people["city_a"])
    other = Notification.objects.get(user=people["manager_a1"])
    actor = scope_of_persona(people, "city_a")
    with pytest.raises(NotInScope):
        mark_read(actor=actor, ids=[mine.pk, other.pk])
    assert unread_count(actor) == 1
    assert mark_read(actor=actor, ids=[mine.pk]) == 1
    assert unread_count(actor) == 0


def test_the_bell_costs_one_query(people, django_assert_num_queries, settings):
    tell(people, about_group=GA1)
    for access in ("default", "strict"):
        settings.GCVA_ACCESS = access
        scope = scope_of_persona(people, "city_a")
        with django_assert_num_queries(1):
            unread_count(scope)


def test_an_account_managers_groups_are_looked_after_by_the_own_login_and_stand_ins(people, org):
    assert who_is("MA1") == [people["manager_a1"]]
    today = timezone.localdate()
    for days, covering in ((0, "manager_a2"), (-9, "manager_b1")):
        PortfolioCover.objects.create(
            covering=people[covering],
            covered=org.account_managers["MA1"],
            from_date=today + dt.timedelta(days),
            to_date=today + dt.timedelta(days + 1),
        )
    assert who_is("MA1") == [people["manager_a1"], people["manager_a2"]]
    assert who_is("nobody") == []


def test_a_city_is_decided_for_by_its_active_administrators(people, org):
    assert admins_of("A") == [people["city_a"]]
    policies.grant_unit(people["operator"], org.units["A"])  # reads like a city, decides nothing
    assert admins_of("A") == [people["city_a"]]
    people["city_a"].is_active = False
    people["city_a"].save()
    assert admins_of("A") == []
    assert admins_of("nothing") == []
