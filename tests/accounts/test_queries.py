"""Scopes from roles, grants and cover; selections and the tree, against Postgres."""

import datetime as dt

import pytest

from accounts import actions
from accounts.actions import grant_cover, grant_unit
from accounts.models import OrgUnit, PortfolioCover, User
from accounts.queries import owned_by, places_of, scope_for, selection_for, within
from accounts.scope import Scope, Selection
from accounts.tree import account_managers_in, breadcrumb_of, children_of, org_tree, search_places
from core.errors import DomainError, NotAllowed, NotInScope
from tests.personas import build_org, build_people, scope_of_persona

TODAY = dt.date(2026, 11, 21)
SYSTEM = Scope.of_system()
pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return build_org()


@pytest.fixture
def people(org):
    return build_people(org)


def seen(scope: Scope) -> tuple[str, str, str, str, str]:
    parts = (
        scope.city_codes,
        scope.county_codes,
        scope.account_manager_codes,
        scope.approves_city_codes,
    )
    return (scope.reader, *(" ".join(sorted(part)) for part in parts))


def test_every_persona_gets_the_scope_of_its_role_and_grants(people):
    actual = {name: seen(scope_of_persona(people, name, TODAY)) for name in people}
    assert actual == {
        "no_role": ("none", "", "", "", ""),
        "disabled": ("none", "", "", "", ""),
        "province": ("province", "", "", "", ""),
        "city_a": ("city", "A", "", "", "A"),
        "city_b": ("city", "B", "", "", "B"),
        "county_a01": ("county", "", "A01", "", ""),
        "manager_a1": ("account_manager", "", "", "MA1", ""),
        "manager_a2": ("account_manager", "", "", "MA2", ""),
        "manager_b1": ("account_manager", "", "", "MB1", ""),
        "operator": ("none", "", "", "", ""),
    }
    assert [name for name in people if scope_of_persona(people, name, TODAY).is_province] == [
        "province"
    ]


def test_a_scope_costs_at_most_one_query_beyond_the_user(people, django_assert_max_num_queries):
    city, manager = User.objects.get(username="city_a"), User.objects.get(username="manager_a1")
    scope_for(city, TODAY)  # content types are cached by the process
    for user in (city, manager, people["province"]):
        with django_assert_max_num_queries(1):
            scope_for(user, TODAY)


def test_a_superuser_flag_opens_nothing(people):
    people["no_role"].is_superuser = people["operator"].is_superuser = True
    people["no_role"].save()
    people["operator"].save()
    assert scope_of_persona(people, "no_role", TODAY).is_empty
    assert scope_of_persona(people, "operator", TODAY).is_empty


def test_a_city_login_granted_a_county_is_a_county_head_without_approval(org, people):
    actions.revoke_unit(actor=SYSTEM, user=people["city_a"], unit=org.units["A"])
    grant_unit(actor=SYSTEM, user=people["city_a"], unit=org.units["A01"])
    assert seen(scope_of_persona(people, "city_a", TODAY)) == ("county", "", "A01", "", "")


def test_an_operator_may_be_granted_the_province(org, people):
    grant_unit(actor=SYSTEM, user=people["operator"], unit=org.units["P"])
    scope = scope_of_persona(people, "operator", TODAY)
    assert (scope.reader, scope.is_province, scope.role) == ("province", True, "operator")


@pytest.mark.parametrize(
    ("name", "unit"),
    [("city_a", "P"), ("county_a01", "A"), ("manager_a1", "A01"), ("province", "A")],
)
def test_a_role_is_never_granted_more_than_its_name_says(org, people, name: str, unit: str):
    with pytest.raises(DomainError) as refused:
        grant_unit(actor=SYSTEM, user=people[name], unit=org.units[unit])
    assert refused.value.code == "not_grantable"


def test_a_wider_grant_that_slipped_in_has_no_effect(org, people):
    from accounts import policies

    policies.grant_unit(people["city_a"], org.units["P"])
    policies.grant_unit(people["county_a01"], org.units["A"])
    assert not scope_of_persona(people, "city_a", TODAY).is_province
    assert not scope_of_persona(people, "county_a01", TODAY).sees_city("A")


@pytest.mark.parametrize(
    ("day", "sees"),
    [("2026-11-19", False), ("2026-11-20", True), ("2026-11-30", True), ("2026-12-01", False)],
)
def test_cover_counts_on_its_first_and_last_day_and_not_beyond(org, people, day: str, sees: bool):
    cover(org, people)
    scope = scope_of_persona(people, "manager_a1", dt.date.fromisoformat(day))
    assert ("MB1" in scope.account_manager_codes) is sees
    assert "MA1" in scope.account_manager_codes


def cover(org, people) -> PortfolioCover:
    return grant_cover(
        actor=SYSTEM,
        covering=people["manager_a1"],
        covered=org.account_managers["MB1"],
        from_date=dt.date(2026, 11, 20),
        to_date=dt.date(2026, 11, 30),
        reason="休假",
    )


def test_a_cover_ended_early_stops_the_next_day_and_one_not_begun_disappears(org, people):
    standing = cover(org, people)
    actions.end_cover(actor=SYSTEM, cover=standing, last_date=dt.date(2026, 11, 21))
    assert standing.to_date == dt.date(2026, 11, 21)
    actions.end_cover(actor=SYSTEM, cover=standing, last_date=dt.date(2026, 11, 1))
    assert not PortfolioCover.objects.exists()


SELECTIONS = {
    # persona, unit, am → level, province, city, county, account manager; or the refusal
    ("province", "", ""): ("province", "P", "", "", ""),
    ("province", "A", ""): ("city", "P", "A", "", ""),
    ("province", "A01", "MA1"): ("account_manager", "P", "A", "A01", "MA1"),
    ("province", "", "MB1"): ("account_manager", "P", "B", "", "MB1"),
    ("province", "P", "MB1"): ("account_manager", "P", "B", "", "MB1"),
    ("city_a", "", ""): ("city", "P", "A", "", ""),
    ("city_a", "A-00", ""): ("county", "P", "A", "A-00", ""),
    ("city_a", "", "MA2"): ("account_manager", "P", "A", "", "MA2"),
    ("city_a", "", "A-NA"): ("account_manager", "P", "A", "", "A-NA"),
    ("city_a", "B", ""): 404,
    ("city_a", "B01", ""): 404,
    ("city_a", "P", ""): 404,
    ("city_a", "nowhere", ""): 404,
    ("city_a", "", "MB1"): 404,
    ("city_a", "", "nobody"): 404,
    ("city_a", "A", "MB1"): 404,
    ("city_a", "B", "MA1"): 404,
    ("county_a01", "", ""): ("county", "P", "A", "A01", ""),
    ("county_a01", "", "MA1"): ("account_manager", "P", "A", "A01", "MA1"),
    ("county_a01", "A", ""): 404,
    ("county_a01", "", "MA2"): 404,
    ("manager_a1", "", ""): ("account_manager", "", "", "", "MA1"),
    ("manager_a1", "", "MA1"): ("account_manager", "", "", "", "MA1"),
    ("manager_a1", "", "MA2"): 404,
    ("manager_a1", "A", ""): 404,
    ("manager_a1", "A01", "MA1"): 404,
    ("no_role", "", ""): 403,
    ("operator", "", ""): 403,
}


def test_the_url_selects_inside_the_scope_only(people):
    actual = {
        (name, unit, person): selected(scope_of_persona(people, name, TODAY), unit, person)
        for name, unit, person in SELECTIONS
    }
    assert actual == SELECTIONS


def selected(scope: Scope, unit: str, person: str) -> object:
    try:
        chosen = selection_for(scope, unit=unit, account_manager=person)
    except (NotInScope, NotAllowed) as refused:
        return refused.status
    return (
        chosen.level,
        chosen.province_code,
        chosen.city_code,
        chosen.county_code,
        chosen.account_manager_code,
    )


def test_a_neighbour_who_serves_here_can_be_chosen(people):
    scope = scope_of_persona(people, "city_a", TODAY)
    chosen = selection_for(scope, account_manager="MB1", serves=lambda code: code == "MB1")
    assert (chosen.city_code, chosen.account_manager_code) == ("A", "MB1")


def test_a_code_with_a_nul_byte_is_like_one_that_does_not_exist(people):
    scope = scope_of_persona(people, "city_a", TODAY)
    for unit, person in (("A\x00", ""), ("", "MA1\x00")):
        with pytest.raises(NotInScope):
            selection_for(scope, unit=unit, account_manager=person)


def names(places) -> str:
    return " ".join(f"{place.code}?{place.query}" for place in places)


def test_the_next_lower_step_is_city_then_county_then_account_manager(people):
    scope = scope_of_persona(people, "province", TODAY)
    assert names(children_of(scope, selection_for(scope))) == "A?unit=A B?unit=B"
    city = selection_for(scope, unit="A")
    assert names(children_of(scope, city)) == "A-00?unit=A-00 A01?unit=A01 A02?unit=A02"
    county = selection_for(scope, unit="A01")
    assert names(children_of(scope, county)) == "MA1?unit=A01&am=MA1"
    assert children_of(scope, selection_for(scope, account_manager="MA1")) == ()


def test_the_breadcrumb_shows_places_above_the_scope_without_a_link(people):
    scope = scope_of_persona(people, "county_a01", TODAY)
    chosen = selection_for(scope, account_manager="MA1")
    assert names(breadcrumb_of(scope, chosen)) == "P? A? A01?unit=A01 MA1?unit=A01&am=MA1"
    own = scope_of_persona(people, "manager_a1", TODAY)
    assert names(breadcrumb_of(own, selection_for(own))) == "P? A? A01? MA1?am=MA1"


def test_the_tree_holds_only_what_the_reader_sees_whole(people):
    def flat(branches) -> str:
        return " ".join(f"{one.choice.code}({flat(one.children)})" for one in branches)

    trees = {
        name: flat(org_tree(scope_of_persona(people, name, TODAY)))
        for name in ("province", "city_a", "county_a01", "manager_a1", "no_role")
    }
    assert trees == {
        "province": "P(A(A-00() A01() A02()) B(B-00() B01()))",
        "city_a": "A(A-00() A01() A02())",
        "county_a01": "A01()",
        "manager_a1": "",
        "no_role": "",
    }


def test_search_finds_names_and_codes_inside_the_scope_only(people):
    found = {
        name: names(search_places(scope_of_persona(people, name, TODAY), "一"))
        for name in ("province", "city_a", "manager_a2")
    }
    assert found == {
        "province": "A01?unit=A01 B01?unit=B01 MA1?am=MA1 MB1?am=MB1",
        "city_a": "A01?unit=A01 MA1?am=MA1",
        "manager_a2": "",
    }


def test_account_managers_are_listed_for_the_chosen_unit(people):
    scope = scope_of_persona(people, "city_a", TODAY)
    listed = account_managers_in(scope, selection_for(scope))
    assert [one.code for one in listed] == ["A-NA", "MA1", "MA2"]
    own = scope_of_persona(people, "manager_a1", TODAY)
    assert [one.code for one in account_managers_in(own, selection_for(own))] == ["MA1"]


def test_row_filters_name_nothing_but_the_granted_codes(people):
    assert not owned_by(scope_of_persona(people, "province", TODAY))
    nobody = owned_by(scope_of_persona(people, "no_role", TODAY))
    assert nobody  # an empty filter would mean everything
    assert "A01" in str(owned_by(scope_of_persona(people, "county_a01", TODAY)))
    assert dict(within(Selection("city", "P", "A")).children) == {"city_code": "A"}


def test_places_are_named_for_the_profile(people):
    assert places_of(scope_of_persona(people, "city_a", TODAY)) == ("甲市",)
    assert places_of(scope_of_persona(people, "manager_a1", TODAY)) == ("甲一经理",)
    assert places_of(scope_of_persona(people, "province", TODAY)) == ("测试省",)


def test_a_unit_that_lost_its_parent_still_has_a_path(org):
    OrgUnit.objects.filter(code="A01").update(parent=None)
    scope = Scope(1, "x", "county", "county", county_codes=frozenset({"A01"}))
    assert selection_for(scope).county_code == "A01"
