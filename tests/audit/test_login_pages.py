"""The operator manages logins: list, create, link, disable, role, units, stand-ins."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from accounts.models import PortfolioCover, User
from accounts.policies import own_units_of
from tests.personas import build_org, build_people, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return build_org()


@pytest.fixture
def people(org):
    return build_people(org)


@pytest.fixture
def operator(people):
    return client_of(people, "operator")


def change(operator, user, **said):
    return operator.post(f"/accounts/{user.pk}/", said)


def test_the_list_finds_a_login_and_shows_what_it_sees(operator):
    said = operator.get("/accounts/?q=city_a").content.decode()
    assert "city_a" in said and "甲市" in said and "city_b" not in said
    narrowed = operator.get("/accounts/?role=account_manager").content.decode()
    assert "manager_a1" in narrowed and "甲一经理（MA1）" in narrowed and "city_a" not in narrowed


def test_a_page_of_the_list_takes_few_queries(operator, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        operator.get("/accounts/")


def test_a_new_login_gets_a_link_that_is_shown_once_and_works_once(operator, client):
    new = {"username": "zhao", "display_name": "赵主管", "role": "city", "unit": "A"}
    said = operator.post("/accounts/", new).content.decode()
    link = re.search(r"http://testserver(/set-password/[^<]+)", said).group(1)
    user = User.objects.get(username="zhao")
    assert [unit.pk for unit in own_units_of(user)] == ["A"] and not user.has_usable_password()
    assert "/set-password/" not in operator.get(f"/accounts/{user.pk}/").content.decode()
    form = client.get(link, follow=True)
    words = {"new_password1": "quiet-harbour-77", "new_password2": "quiet-harbour-77"}
    client.post(form.redirect_chain[-1][0], words)
    user.refresh_from_db()
    assert user.has_usable_password()
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"role": "city", "unit": "nowhere"}, "没有编码为“nowhere”的组织单元"),
        ({"role": "account_manager"}, "客户经理账号必须且只能对应一位客户经理"),
        ({"role": "account_manager", "account_manager": "MA1"}, "已有账号"),
        ({"role": "county", "unit": "A"}, "不能获得"),
        ({"username": "city_a", "role": "province"}, "已有账号"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_made(operator, said, words):
    n = User.objects.count()
    answer = operator.post("/accounts/", {"username": "new", "display_name": "新人", **said})
    assert answer.status_code in (400, 409) and words in answer.content.decode()
    assert User.objects.count() == n


def test_disabling_ends_the_open_session(operator, people):
    city = client_of(people, "city_a")
    assert city.get("/profile/").status_code == 200
    change(operator, people["city_a"], do="disable")
    assert city.get("/profile/").status_code == 302
    change(operator, people["city_a"], do="enable")
    people["city_a"].refresh_from_db()
    assert people["city_a"].is_active


def test_nobody_disables_or_changes_the_own_login(operator, people):
    assert change(operator, people["operator"], do="disable").status_code == 400
    own = change(operator, people["operator"], **{"do": "role", "role-role": "province"})
    assert own.status_code == 400
    people["operator"].refresh_from_db()
    assert people["operator"].is_active and people["operator"].role == "operator"


def test_another_role_takes_back_the_units_it_cannot_hold(operator, people):
    user = people["city_a"]
    change(operator, user, **{"do": "role", "role-role": "county"})
    user.refresh_from_db()
    assert user.role == "county" and own_units_of(user) == []
    change(operator, user, **{"do": "grant", "grant-unit": "A01"})
    assert [unit.pk for unit in own_units_of(user)] == ["A01"]
    refused = change(operator, user, **{"do": "grant", "grant-unit": "A"})
    assert refused.status_code == 400 and "不能获得" in refused.content.decode()
    change(operator, user, do="revoke", unit="A01")
    assert own_units_of(user) == []


def test_a_stand_in_is_set_and_ended(operator, people):
    today = str(timezone.localdate())
    dates = {"cover-from_date": today, "cover-to_date": today, "cover-reason": "休假"}
    change(operator, people["manager_a2"], **{"do": "cover", "cover-covered": "MA1", **dates})
    cover = PortfolioCover.objects.get()
    assert (cover.covering, cover.granted_by) == (people["manager_a2"], people["operator"])
    said = operator.get(f"/accounts/{people['manager_a2'].pk}/").content.decode()
    assert "甲一经理" in said
    assert change(operator, people["manager_a2"], do="end_cover", cover="x").status_code == 404
    assert change(operator, people["manager_a2"], do="end_cover", cover=cover.pk).status_code == 302


def test_an_unheard_of_change_is_refused(operator, people):
    assert change(operator, people["city_a"], do="promote").status_code == 400


def test_the_page_shows_the_logins_history(operator, people):
    change(operator, people["city_a"], do="disable")
    said = operator.get(f"/accounts/{people['city_a'].pk}/").content.decode()
    assert "变更历史" in said and "某人-operator（operator）" in said


def test_the_api_manages_alike(operator, people):
    kind = "application/json"
    new = {"username": "qian", "display_name": "钱", "role": "city", "units": ["B"]}
    made = operator.post("/api/v1/accounts/", new, content_type=kind)
    assert made.status_code == 201 and made.json()["units"] == ["B"]
    path = "/api/v1/accounts/qian/"
    link = operator.post(f"{path}link/").json()["set_password_url"]
    assert "/set-password/" in link
    said = operator.patch(path, {"is_active": False, "role": "province"}, content_type=kind)
    assert (said.json()["is_active"], said.json()["role"], said.json()["units"]) == (
        False,
        "province",
        [],
    )
    assert operator.post(f"{path}link/").status_code == 400
    assert len(operator.get("/api/v1/accounts/?role=city").json()) == 2
    bad = operator.post("/api/v1/accounts/", {**new, "units": ["x"]}, content_type=kind)
    assert bad.status_code == 404
