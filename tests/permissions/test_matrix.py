"""Every address answers every persona and method as declared; an undeclared address fails."""

import re
from http.cookies import SimpleCookie

import pytest
from django.test import Client, override_settings

from accounts.doors import Door
from accounts.scope import Scope
from tests.controller import database
from tests.permissions import matrix
from tests.permissions.worlds import published_month
from tests.personas import build_org, build_people, keep_scopes

ROWS = matrix.read_rows()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, slot, tmp_path_factory):
    """Build people and a published month once for all rows; each request is rolled back."""
    folder = tmp_path_factory.mktemp("var")
    with django_db_blocker.unblock(), override_settings(GCVA_VAR=folder):
        people = build_people(build_org())
        yield matrix.world_of(people, published_month())
        database.renew(slot)


@pytest.fixture
def site(world, db, settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast
    settings.GCVA_LOGIN_RATE = 10_000
    settings.AXES_ENABLED = False
    keep_scopes(monkeypatch)  # what a request changes is taken back before the next
    return world


def test_every_address_of_the_site_is_declared():
    known = {row.name for row in ROWS}
    undeclared = sorted({one.name or one.pattern for one in matrix.addresses()} - known)
    assert not undeclared, matrix.UNDECLARED.format(names=", ".join(undeclared))


def test_no_row_is_left_over_from_an_address_that_is_gone():
    assert {row.name for row in ROWS} <= {one.name for one in matrix.addresses()}


def test_every_address_has_a_name_of_its_own():
    names = [one.name for one in matrix.addresses()]
    assert all(names)
    assert len(set(names)) == len(names)


def test_every_view_stands_behind_a_declared_door_or_says_why_not():
    excused = {row.name for row in ROWS if row.open}
    doorless = [
        f"{one.name} ({one.pattern})"
        for one in matrix.addresses()
        if one.name not in excused and not matrix.door_of(one.view)
    ]
    assert not doorless, (
        f"Views without a door: {doorless}. Put DoorMixin (pages) or ApiDoorMixin (API) first "
        "among the bases and declare `door = Door(...)`; only third-party views may say "
        '`open = "why"` in their row.'
    )


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_address_answers_every_persona_and_method_as_declared(row, site):
    found = matrix.mismatches(row, matrix.methods_of(row, ROWS), site)
    assert not found, "\n" + "\n".join(found)


READERS = ("province", "city_a", "city_b", "county_a01", "manager_a1")
CLOSED_BY_STRICT = [row for row in ROWS if row.strict]
OTHERS = [row for row in ROWS if not row.strict and row.expected]


def under_strict(row, site, settings) -> list[str]:
    settings.GCVA_ACCESS = "strict"
    readers = matrix.World({name: site.cookies[name] for name in READERS}, site.keys)
    return matrix.mismatches(row.under_strict(), list(row.expected), readers)


@pytest.mark.parametrize("row", CLOSED_BY_STRICT, ids=str)
def test_the_strict_setting_answers_every_reader_as_declared(row, site, settings):
    assert under_strict(row, site, settings) == []


@pytest.mark.live
@pytest.mark.parametrize("row", OTHERS, ids=str)
def test_the_strict_setting_changes_nothing_else(row, site, settings):
    assert under_strict(row, site, settings) == []


def test_the_strict_setting_only_closes():
    """A refusal hides whether the group exists; a search that finds no group opens none."""
    for row in CLOSED_BY_STRICT:
        before = next(iter(row.expected.values()))
        changed = {(before[who], status) for who, status in row.strict.items()}
        assert changed <= {(200, 403), (404, 403), (302, 200)}, row


def test_a_row_with_a_persona_that_does_not_exist_is_refused(tmp_path):
    (tmp_path / "x.toml").write_text('[[url]]\nname = "x"\nGET = { boss = 200, "*" = 403 }\n')
    with pytest.raises(ValueError, match="boss"):
        list(matrix.rows_of(tmp_path / "x.toml"))
    (tmp_path / "x.toml").write_text('[[url]]\nname = "x"\nGET = { province = 200 }\n')
    with pytest.raises(ValueError, match="without status"):
        list(matrix.rows_of(tmp_path / "x.toml"))


ROOMS = "tests.permissions.rooms"


@pytest.fixture
def rooms(settings):
    """Serve one page and one API view for every module and depth, behind real doors."""
    settings.ROOT_URLCONF = ROOMS


ROOM_ROWS = list(matrix.rows_of(matrix.FOLDER / "rooms" / "rooms.toml"))


@pytest.mark.parametrize("row", ROOM_ROWS, ids=str)
def test_the_doors_keep_the_access_table(row, rooms, site):
    found = matrix.mismatches(row, list(row.expected), site)
    assert not found, "\n" + "\n".join(found)


def found_in(name, site) -> list[str]:
    rows = [row for row in ROOM_ROWS if row.name == name]
    return [line for row in rows for line in matrix.mismatches(row, ["GET"], site)]


def test_a_scope_that_sees_every_city_is_caught(rooms, site, monkeypatch):
    monkeypatch.setattr(Scope, "sees_city", lambda self, city_code: True)
    found = found_in("room_totals", site)
    assert any("as city_b: 200" in line and "declared [404]" in line for line in found)


def test_a_door_that_forgot_its_policy_is_caught(rooms, site, monkeypatch):
    monkeypatch.setattr("accounts.policies.may", lambda *about: True)
    found = found_in("room_cross", site)
    assert any("declared [403]" in line for line in found)


def test_an_undeclared_address_is_caught(rooms):
    with pytest.raises(AssertionError, match=r"(?s)room_totals.*tests/permissions/matrix\.py"):
        test_every_address_of_the_site_is_declared()


def test_a_view_without_a_door_is_shut_and_caught(rooms, site):
    with pytest.raises(AssertionError, match="doorless"):
        test_every_view_stands_behind_a_declared_door_or_says_why_not()


def test_a_door_by_default_lets_nobody_in():
    assert Door().open_to == "policy"


@pytest.mark.parametrize("persona", ["city_a", "county_a01", "manager_a1"])
def test_a_foreign_place_and_one_that_does_not_exist_answer_alike(rooms, site, persona):
    browser = Client()
    browser.cookies = SimpleCookie(site.cookies[persona].output(header="", sep=";"))
    queries = ("unit=B", "unit=nowhere", "am=MB1", "am=nobody", "unit=B01&am=MB1")
    answers = {query: browser.get(f"/room_totals/?{query}") for query in queries}
    answers["missing"] = browser.get("/no-such-page/")
    assert {answer.status_code for answer in answers.values()} == {404}
    bodies = {anonymised(answer, query) for query, answer in answers.items()}
    assert len(bodies) == 1
    api = {browser.get(f"/api_rows/?{query}").content for query in queries}
    assert len({re.sub(rb'"request_id":"[^"]*"', b"", body) for body in api}) == 1


def anonymised(answer, query: str) -> str:
    """Return a body without the request's own id, token and address."""
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    text = re.sub(r'name="next" value="[^"]*"', "", text)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "", text)
