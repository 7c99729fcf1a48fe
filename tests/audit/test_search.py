"""The operator finds who changed what; each object has its own history."""

from __future__ import annotations

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts import actions
from accounts.audit import Search, audit_page, audit_stream, history_of
from accounts.models import OrgUnit, User
from accounts.scope import Scope
from bench.plans import explained
from core.errors import DomainError, NotAllowed
from gcva.celery import app
from tests.personas import build_org, build_people, client_of, scope_of_persona

SYSTEM = Scope.of_system()
pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return build_people(build_org())


def found(**search):
    return audit_page(scope=SYSTEM, search=Search(**search))[0]


def test_a_request_leaves_user_request_id_and_address(people):
    client = client_of(people, "city_a")
    answer = client.post("/preferences/language/", {"language": "en"})
    (row,) = found(request_id=answer["X-Request-ID"])
    assert (row.kind, row.action, row.place) == (
        "accounts.user",
        "update",
        "/preferences/language/",
    )
    assert row.actor == "某人-city_a（city_a）"
    assert [(one.name, one.before, one.after) for one in row.differences] == [
        ("language", "—", "en")
    ]
    assert row.object_id == str(people["city_a"].pk)
    assert found(user="city_a") == (row,)
    assert found(user="city_b") == ()


def test_a_grant_says_what_it_allows_in_words(people):
    unit = OrgUnit.objects.get(code="A")
    actions.grant_unit(actor=SYSTEM, user=people["city_b"], unit=unit)
    (row, *_older) = found(kind="accounts.unitgrant")
    assert {one.name: one.after for one in row.differences}["permission"] == "查看该单元的数据"
    with translation.override("en"):
        (row, *_older) = found(kind="accounts.unitgrant")
    said = {one.name: one.after for one in row.differences}
    assert said["permission"] == "See the data of the unit"


def test_a_history_looks_up_the_row_before_each_and_reads_no_others(people):
    User.objects.bulk_create(User(username=f"other{n}") for n in range(150))
    for n in range(60):
        User.objects.exclude(pk=people["city_a"].pk).update(theme=f"{n}")
        User.objects.filter(pk=people["city_a"].pk).update(display_name=f"改名{n}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_userevent")
    with CaptureQueriesContext(connection) as asked:
        newest = history_of(people["city_a"])[:2]
    assert [one.differences[0].before for one in newest] == ["改名58", "改名57"]
    plans = explained(connection, [each["sql"] for each in asked.captured_queries])
    assert sum(plan.rows for plan in plans) < 200


def test_what_no_request_wrote_is_the_systems(people):
    actions.set_login_active(actor=SYSTEM, username="city_a", is_active=False)
    newest = found(user="system", action="update")[0]
    assert newest.actor == "系统" and newest.request_id == ""
    assert [(one.label, one.before, one.after) for one in newest.differences] == [
        ("启用", "是", "否")
    ] or newest.differences[0].name == "is_active"


def test_a_background_task_says_which_and_for_what(people):
    @app.task(name="tests.audited")
    def rename(user_id):
        User.objects.filter(pk=user_id).update(display_name="改名")

    rename(people["city_a"].pk)
    newest = found(kind="accounts.user", action="update")[0]
    assert newest.place == f"tests.audited #{people['city_a'].pk}"
    assert newest.actor == "系统"


def test_pages_follow_each_other_without_a_gap_or_a_repeat(people):
    whole = list(audit_stream(scope=SYSTEM, search=Search()))
    parts, cursor = [], ""
    while True:
        rows, cursor = audit_page(scope=SYSTEM, search=Search(), cursor=cursor, size=4)
        parts.extend(rows)
        if not cursor:
            break
    assert len(whole) > 8 and parts == whole
    keys = [(row.kind, row.event_id) for row in whole]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", ["province", "city_a", "county_a01", "manager_a1", "no_role"])
def test_the_audit_is_the_operators_alone(people, name):
    with pytest.raises(NotAllowed):
        audit_page(scope=scope_of_persona(people, name), search=Search())


def test_a_cursor_that_is_none_is_said_so():
    for cursor in ("x", "a|b|c", "2026-01-01|accounts.user|x"):
        with pytest.raises(DomainError):
            audit_page(scope=SYSTEM, search=Search(), cursor=cursor)


def test_an_object_has_its_own_history_newest_first(people):
    user = people["city_a"]
    with pghistory.context(user=people["operator"].pk, username="operator"):
        actions.set_login_active(actor=SYSTEM, username="city_a", is_active=False)
        actions.set_login_active(actor=SYSTEM, username="city_a", is_active=True)
    rows = history_of(user)
    assert [row.action for row in rows] == ["update", "update", "insert"]
    assert rows[0].differences[0].after == "是" and "operator" in rows[0].actor
    assert history_of(build_org_unit()) == ()


def build_org_unit():
    from accounts.models import OrgUnit

    return OrgUnit.objects.first()


def test_a_page_of_the_audit_asks_the_database_three_times_at_most(
    people, django_assert_max_num_queries
):
    with django_assert_max_num_queries(3):
        audit_page(scope=SYSTEM, search=Search(user="operator"))


def test_the_page_the_file_and_the_api_say_the_same(people):
    client = client_of(people, "operator")
    query = f"kind=accounts.user&object_id={people['city_a'].pk}"
    page = client.get(f"/audit/?{query}")
    assert page.status_code == 200 and len(page.context["page"].rows) == 1
    answer = client.get(f"/audit/export/?{query}&format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 2 and "city_a" in text
    body = client.get(f"/api/v1/audit/?{query}").json()
    assert body["next"] == "" and [row["action"] for row in body["results"]] == ["insert"]
    assert client.get("/audit/?cursor=x").status_code == 400
    assert client.get("/audit/?kind=nothing.at_all").status_code == 400
