"""What a scope sees and what can be chosen in it, without a database."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.scope import (
    Person,
    Scope,
    Selection,
    Unit,
    default_unit_code,
    select_person,
    select_unit,
)
from core.errors import NotAllowed, NotInScope

PROVINCE = Unit("P", "测试省", "province")
CITY_A = Unit("A", "甲市", "city", "P")
CITY_B = Unit("B", "乙市", "city", "P")
COUNTY_A01 = Unit("A01", "甲一县", "county", "A")
COUNTY_A02 = Unit("A02", "甲二县", "county", "A")
MA1 = Person("MA1", "甲一经理", "A", "A01")
MB1 = Person("MB1", "乙一经理", "B", "B01")


@dataclass(frozen=True)
class Row:
    city_code: str
    county_code: str
    account_manager_code: str


def scope(**parts: object) -> Scope:
    return Scope(user_id=1, username="someone", role="", **parts)


PROVINCE_STAFF = scope(reader="province", is_province=True)
CITY_ADMIN = scope(reader="city", city_codes=frozenset({"A"}))
COUNTY_HEAD = scope(reader="county", county_codes=frozenset({"A01"}))
MANAGER = scope(
    reader="account_manager",
    account_manager_codes=frozenset({"MA1"}),
    own_account_manager_code="MA1",
)
NOBODY = scope()


def nobody_serves(code: str) -> bool:
    return False


def everybody_serves(code: str) -> bool:
    return True


def test_a_row_is_in_scope_by_the_owner_it_had_in_its_own_month():
    moved_away = Row("B", "A01", "MB1")  # the county belonged to city B in that month
    assert not CITY_ADMIN.covers(moved_away)
    assert COUNTY_HEAD.covers(moved_away)
    assert scope(reader="city", city_codes=frozenset({"B"})).covers(moved_away)


def test_nobody_covers_nothing_and_the_province_covers_everything():
    row = Row("A", "A01", "MA1")
    assert PROVINCE_STAFF.covers(row)
    assert not NOBODY.covers(row)
    assert NOBODY.is_empty


codes = st.sampled_from(["A", "B", "A01", "A02", "MA1", "MB1", "*", ""])


@given(row=st.builds(Row, codes, codes, codes))
def test_a_narrower_scope_never_covers_more(row: Row):
    both = scope(city_codes=frozenset({"A"}), county_codes=frozenset({"A01"}))
    for narrow in (CITY_ADMIN, COUNTY_HEAD):
        assert not narrow.covers(row) or both.covers(row)
        assert not narrow.covers(row) or PROVINCE_STAFF.covers(row)


@given(row=st.builds(Row, codes, codes, codes))
def test_a_rolled_up_row_is_only_seen_by_who_sees_the_whole_unit(row: Row):
    total_of_city = Row(row.city_code, "*", "*")
    if COUNTY_HEAD.covers(total_of_city) or MANAGER.covers(total_of_city):
        raise AssertionError(total_of_city)


@pytest.mark.parametrize(
    ("reader", "path", "level"),
    [
        (PROVINCE_STAFF, (PROVINCE,), "province"),
        (PROVINCE_STAFF, (PROVINCE, CITY_B), "city"),
        (PROVINCE_STAFF, (PROVINCE, CITY_A, COUNTY_A01), "county"),
        (CITY_ADMIN, (PROVINCE, CITY_A), "city"),
        (CITY_ADMIN, (PROVINCE, CITY_A, COUNTY_A02), "county"),
        (COUNTY_HEAD, (PROVINCE, CITY_A, COUNTY_A01), "county"),
    ],
)
def test_a_unit_in_scope_can_be_chosen(reader: Scope, path: tuple[Unit, ...], level: str):
    assert select_unit(reader, path).level == level
    assert select_unit(reader, path).params == {"unit": path[-1].code}


@pytest.mark.parametrize(
    ("reader", "path"),
    [
        (CITY_ADMIN, (PROVINCE,)),
        (CITY_ADMIN, (PROVINCE, CITY_B)),
        (COUNTY_HEAD, (PROVINCE, CITY_A)),
        (COUNTY_HEAD, (PROVINCE, CITY_A, COUNTY_A02)),
        (MANAGER, (PROVINCE, CITY_A, COUNTY_A01)),
        (NOBODY, (PROVINCE,)),
        (PROVINCE_STAFF, ()),
        (PROVINCE_STAFF, (PROVINCE, CITY_A, COUNTY_A01, Unit("G1", "网格", "grid", "A01"))),
    ],
)
def test_a_foreign_unit_and_no_unit_at_all_are_refused_alike(reader: Scope, path: tuple[Unit, ...]):
    with pytest.raises(NotInScope) as refused:
        select_unit(reader, path)
    assert refused.value == NotInScope()


def test_choosing_an_account_manager_from_the_province_also_chooses_the_home_city():
    whole = select_unit(PROVINCE_STAFF, (PROVINCE,))
    chosen = select_person(PROVINCE_STAFF, MA1, whole, nobody_serves)
    assert chosen == Selection("account_manager", "P", "A", "", "MA1")


def test_an_account_manager_of_another_city_can_be_chosen_when_serving_here_and_stays_filtered():
    here = select_unit(CITY_ADMIN, (PROVINCE, CITY_A))
    with pytest.raises(NotInScope):
        select_person(CITY_ADMIN, MB1, here, nobody_serves)
    chosen = select_person(CITY_ADMIN, MB1, here, everybody_serves)
    assert chosen.holds(Row("A", "A01", "MB1"))
    assert not chosen.holds(Row("B", "B01", "MB1"))


def test_account_managers_choose_themselves_without_a_unit():
    chosen = select_person(MANAGER, MA1, None, nobody_serves)
    assert chosen == Selection("account_manager", account_manager_code="MA1")
    assert chosen.query == "am=MA1"
    with pytest.raises(NotInScope):
        select_person(MANAGER, MB1, None, nobody_serves)


def test_readers_start_at_their_widest_unit():
    assert default_unit_code(PROVINCE_STAFF, "P") == "P"
    assert default_unit_code(scope(city_codes=frozenset({"B", "A"})), "P") == "A"
    assert default_unit_code(COUNTY_HEAD, "P") == "A01"
    with pytest.raises(NotAllowed):
        default_unit_code(NOBODY, "P")


def test_scopes_that_see_different_rows_never_share_a_cache_key():
    keys = {one.cache_key for one in (PROVINCE_STAFF, CITY_ADMIN, COUNTY_HEAD, MANAGER, NOBODY)}
    assert len(keys) == 5
    city_like_operator = Scope(9, "x", "operator", "city", city_codes=frozenset({"A"}))
    assert city_like_operator.cache_key == CITY_ADMIN.cache_key
