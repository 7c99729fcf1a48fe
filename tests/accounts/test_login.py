"""Signing in and out through the real pages: lock-out, rate, next, links, preferences."""

import re

import pytest
from django.conf import settings as site
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

from accounts import actions
from accounts.models import User
from accounts.scope import Scope
from tests.personas import build_org, build_people, client_of

PASSWORD = "kunpeng-2026-riverbank"
SYSTEM = Scope.of_system()
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast
    cache.clear()
    people = build_people(build_org())
    User.objects.update(password=make_password(PASSWORD))
    return {name: User.objects.get(username=name) for name in people}


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=False)


def sign_in(browser: Client, username: str, password: str = PASSWORD, **more: str):
    return browser.post("/login/", {"username": username, "password": password, **more})


def words(response) -> str:
    """Return the page's visible text without what differs in every answer."""
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def test_signing_in_opens_a_session_that_scripts_cannot_read(people, browser):
    response = sign_in(browser, "city_a")
    assert response.status_code == 302
    session = response.cookies[site.SESSION_COOKIE_NAME]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert "no-store" in response["Cache-Control"]


def test_a_wrong_name_a_wrong_password_and_a_disabled_login_are_told_the_same(people):
    refusals = {
        words(sign_in(Client(), name, password)).replace(name, "…")
        for name, password in (
            ("city_a", "wrong"),
            ("ghost", "wrong"),
            ("disabled", PASSWORD),
            ("disabled", "wrong"),
        )
    }
    assert len(refusals) == 1
    assert "用户名或密码不正确" in refusals.pop()


def test_after_five_failures_a_name_is_locked_with_a_sentence_even_for_the_right_password(people):
    browser = Client()
    for _ in range(site.AXES_FAILURE_LIMIT):
        last = sign_in(browser, "city_a", "wrong")
    assert last.status_code == 429
    right = sign_in(browser, "city_a")
    assert right.status_code == 429
    assert "15 分钟后再试" in words(right)
    assert sign_in(Client(), "city_b").status_code == 302


def test_a_name_that_does_not_exist_is_locked_alike(people):
    browser = Client()
    answers = [sign_in(browser, "ghost", "wrong").status_code for _ in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]


def test_one_address_cannot_try_many_names_fast(people, settings):
    settings.GCVA_LOGIN_RATE = 3
    answers = [sign_in(Client(), f"ghost{i}", "x").status_code for i in range(5)]
    assert answers == [200, 200, 200, 429, 429]


def test_signing_in_works_without_the_cache(people, settings, browser):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert sign_in(browser, "city_a").status_code == 302


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_next_never_leads_away_from_the_site(people, address: str):
    response = sign_in(Client(), "city_a", next=address)
    assert "evil" not in response["Location"]
    assert response["Location"].startswith("/")
    language = Client().post("/preferences/language/", {"language": "en", "next": address})
    assert language["Location"] == "/"


def test_next_inside_the_site_is_followed(people, browser):
    assert sign_in(browser, "city_a", next="/profile/")["Location"] == "/profile/"


def test_an_operator_does_not_land_on_a_page_that_is_closed_to_operators(people, browser):
    assert browser.get(sign_in(browser, "operator")["Location"]).status_code == 200
    nobody = Client()
    assert sign_in(nobody, "no_role")["Location"] == "/profile/"


def test_signing_out_takes_a_post(people):
    browser = client_of(people, "city_a")
    assert browser.get("/logout/").status_code == 405
    assert browser.get("/profile/").status_code == 200
    browser.post("/logout/")
    assert browser.get("/profile/").status_code == 302


def test_the_profile_says_what_the_operator_sees_instead_of_no_place(people):
    html = client_of(people, "operator").get("/profile/").content.decode()
    assert "全部月度清单" in html and "未分配" not in html
    assert "未分配" in client_of(people, "no_role").get("/profile/").content.decode()


def test_disabling_a_login_ends_its_open_session(people):
    browser = client_of(people, "city_a")
    assert browser.get("/profile/").status_code == 200
    actions.set_login_active(actor=SYSTEM, username="city_a", is_active=False)
    assert browser.get("/profile/").status_code == 302


def test_changing_the_password_keeps_this_session_and_ends_the_others(people):
    here, elsewhere = client_of(people, "city_a"), client_of(people, "city_a")
    form = {"new_password1": "quiet-harbour-77", "new_password2": "quiet-harbour-77"}
    wrong = here.post("/profile/password/", {"old_password": "no", **form})
    assert "原密码不正确" in words(wrong)
    done = here.post("/profile/password/", {"old_password": PASSWORD, **form})
    assert done["Location"] == "/profile/"
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302


def test_the_link_hides_its_token_from_the_address_and_works_once(people, browser):
    path = actions.issue_link(actor=SYSTEM, username="city_a")
    token = path.rstrip("/").split("/")[-1]
    moved = browser.get(path)
    assert token not in moved["Location"]
    form = {"new_password1": "quiet-harbour-77", "new_password2": "quiet-harbour-77"}
    assert browser.get(moved["Location"]).status_code == 200
    assert browser.post(moved["Location"], form)["Location"] == "/login/"
    assert User.objects.get(username="city_a").check_password("quiet-harbour-77")
    assert Client().get(path).status_code == 410


def test_void_links_all_look_alike(people):
    path = actions.issue_link(actor=SYSTEM, username="city_a").rstrip("/").split("/")
    void = [
        "/set-password/bm9ib2R5/abc-def/",
        "/set-password/!!!/abc-def/",
        f"/set-password/{path[2]}/abc-def/",
        "/set-password/OTk5OTk5/" + path[3] + "/",
    ]
    answers = [Client().get(address) for address in void]
    assert {answer.status_code for answer in answers} == {410}
    assert (
        len(
            {
                words(answer).replace(address, "")
                for answer, address in zip(answers, void, strict=True)
            }
        )
        == 1
    )


def test_a_weak_password_is_refused_with_the_rule(people, browser):
    moved = browser.get(actions.issue_link(actor=SYSTEM, username="city_a"))["Location"]
    page = browser.post(moved, {"new_password1": "12345", "new_password2": "12345"})
    assert page.status_code == 200
    assert not User.objects.get(username="city_a").check_password("12345")


def test_language_and_theme_are_kept_with_the_login_and_come_back_elsewhere(people):
    browser = client_of(people, "city_a")
    browser.post("/preferences/language/", {"language": "en", "next": "/profile/"})
    browser.post("/preferences/theme/", {"theme": "dark", "next": "/profile/"})
    assert 'data-bs-theme="dark"' in browser.get("/profile/").content.decode()
    elsewhere = Client()
    cookies = sign_in(elsewhere, "city_a").cookies
    assert (cookies["django_language"].value, cookies["gcva_theme"].value) == ("en", "dark")


def test_preferences_answer_scripts_shortly_and_refuse_nonsense(people):
    browser = client_of(people, "city_a")
    by_script = {"Sec-Fetch-Mode": "cors"}
    assert (
        browser.post("/preferences/theme/", {"theme": "dark"}, headers=by_script).status_code == 204
    )
    assert browser.post("/preferences/theme/", {"theme": "neon"}).status_code == 400
    assert browser.post("/preferences/language/", {"language": "xx"}).status_code == 400
    assert Client().post("/preferences/theme/", {"theme": "light"}).status_code == 302


def test_forms_without_a_token_of_this_site_are_refused(people):
    strict = Client(enforce_csrf_checks=True)
    for address in ("/login/", "/logout/", "/preferences/theme/", "/preferences/language/"):
        assert strict.post(address, {}).status_code == 403


def test_the_profile_names_the_reader_the_role_and_the_places(people):
    page = words(client_of(people, "city_a").get("/profile/"))
    for part in ("city_a", "地市管理员", "甲市"):
        assert part in page
