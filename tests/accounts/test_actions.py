"""Logins, grants, links and preferences: policy first, audited, one winner."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from accounts import actions
from accounts.links import one_time_links
from accounts.models import AccountManager, User
from accounts.provision import DEMO_PASSWORD, create_demo_users, create_missing_logins
from accounts.queries import scope_for
from accounts.scope import Scope
from core.errors import Conflict, DomainError, NotAllowed, NotInScope
from tests.personas import build_org, build_people, scope_of_persona

SYSTEM = Scope.of_system()
GOOD = "kunpeng-2026-riverbank"


@pytest.fixture
def org(db):
    return build_org()


@pytest.fixture
def people(org):
    return build_people(org)


def fresh(username: str) -> User:
    return User.objects.get(username=username)


def test_only_the_operator_manages_accounts(org, people):
    for name in people:
        if name == "operator":
            continue
        actor = scope_of_persona(people, name)
        attempts = [
            lambda actor=actor: actions.create_login(
                actor=actor, username="x", role="province", display_name="x"
            ),
            lambda actor=actor: actions.grant_unit(
                actor=actor, user=people["city_a"], unit=org.units["B"]
            ),
            lambda actor=actor: actions.revoke_unit(
                actor=actor, user=people["city_a"], unit=org.units["A"]
            ),
            lambda actor=actor: actions.issue_link(actor=actor, username="province"),
            lambda actor=actor: actions.set_login_active(
                actor=actor, username="province", is_active=False
            ),
            lambda actor=actor: create_missing_logins(actor=actor, with_account_managers=True),
        ]
        for attempt in attempts:
            with pytest.raises(NotAllowed):
                attempt()
    assert User.objects.count() == len(people)


def test_a_new_login_has_no_password_and_its_grants(org):
    user = actions.create_login(
        actor=SYSTEM, username="new", role="city", display_name="新人", units=[org.units["A"]]
    )
    assert not user.has_usable_password()
    assert scope_for(user, dt.date(2026, 1, 1)).city_codes == {"A"}


@pytest.mark.parametrize(
    ("role", "person", "code"),
    [
        ("boss", None, "unknown_role"),
        ("", None, "unknown_role"),
        ("province", "MA1", "role_without_person"),
        ("account_manager", None, "role_without_person"),
    ],
)
def test_role_and_account_manager_must_fit(org, role: str, person: str | None, code: str):
    with pytest.raises(DomainError) as refused:
        actions.create_login(
            actor=SYSTEM,
            username="x",
            role=role,
            display_name="x",
            account_manager=org.account_managers.get(person or ""),
        )
    assert refused.value.code == code


@pytest.mark.parametrize("username", ["", "a b", "x" * 151, "a\x00b", "<script>"])
def test_a_username_that_cannot_be_typed_is_refused(org, username: str):
    with pytest.raises(DomainError) as refused:
        actions.create_login(actor=SYSTEM, username=username, role="province", display_name="x")
    assert refused.value.code == "bad_login"


def test_the_same_username_twice_is_a_conflict_and_leaves_nothing_behind(people):
    before = User.objects.count()
    with pytest.raises(Conflict):
        actions.create_login(actor=SYSTEM, username="province", role="province", display_name="x")
    assert User.objects.count() == before


def test_missing_logins_are_made_once(org):
    first = create_missing_logins(actor=SYSTEM, with_account_managers=True)
    assert [one.username for one in first] == [
        "province",
        "city-a",
        "city-b",
        "operator",
        "MA1",
        "MA2",
        "MB1",
    ]
    assert create_missing_logins(actor=SYSTEM, with_account_managers=True) == []


def test_the_suggested_username_is_taken_unless_somebody_has_it(org):
    AccountManager.objects.filter(code__in=["MA1", "MA2"]).update(suggested_username="liu")
    AccountManager.objects.filter(code="MB1").update(suggested_username="province")
    made = create_missing_logins(actor=SYSTEM, with_account_managers=True)
    people = {one.account_manager_id: one.username for one in User.objects.all()}
    assert (people["MA1"], people["MA2"], people["MB1"]) == ("liu", "MA2", "MB1")
    assert len(made) == 7


def test_demo_users_cover_every_role_and_can_be_made_again(org):
    demo = create_demo_users()
    assert create_demo_users() == demo
    assert {one.role for one in demo} == set(User.Role.values) - {""}
    assert len(demo) == 1 + 2 + 1 + 3 + 3
    assert {one.password for one in demo} == {DEMO_PASSWORD}
    assert all(fresh(one.username).check_password(one.password) for one in demo[:2])


def test_demo_users_are_refused_in_production(org, settings):
    settings.PRODUCTION = True
    with pytest.raises(NotAllowed):
        create_demo_users()
    assert not User.objects.exists()


def token_of(user: User) -> str:
    return one_time_links.make_token(user)


def test_a_link_sets_the_password_once(people):
    user = people["city_a"]
    token = token_of(user)
    actions.set_password_by_link(user_id=user.pk, token=token, password=GOOD)
    assert fresh("city_a").check_password(GOOD)
    with pytest.raises(DomainError) as refused:
        actions.set_password_by_link(user_id=user.pk, token=token, password=GOOD + "2")
    assert (refused.value.code, refused.value.status) == ("link_void", 410)
    assert fresh("city_a").check_password(GOOD)


def test_a_link_expires(people):
    with time_machine.travel(dt.datetime(2026, 11, 1, tzinfo=dt.UTC), tick=False):
        token = token_of(people["city_a"])
    with time_machine.travel(dt.datetime(2026, 11, 4, 0, 0, 1, tzinfo=dt.UTC), tick=False):
        assert not one_time_links.check_token(people["city_a"], token)


def test_a_link_is_void_for_others_when_tampered_with_and_when_disabled(people):
    token = token_of(people["city_a"])
    assert not one_time_links.check_token(people["city_b"], token)
    other_end = "1" if token.endswith("0") else "0"
    assert not one_time_links.check_token(people["city_a"], token[:-1] + other_end)
    actions.set_login_active(actor=SYSTEM, username="city_a", is_active=False)
    assert not one_time_links.check_token(fresh("city_a"), token)
    with pytest.raises(DomainError):
        actions.issue_link(actor=SYSTEM, username="city_a")


def test_a_second_link_voids_the_first_for_a_login_without_password(people):
    user = User.objects.get(username="city_a")
    user.set_unusable_password()
    user.save()
    first = actions.issue_link(actor=SYSTEM, username="city_a").rstrip("/").split("/")[-1]
    second = actions.issue_link(actor=SYSTEM, username="city_a").rstrip("/").split("/")[-1]
    assert not one_time_links.check_token(fresh("city_a"), first)
    assert one_time_links.check_token(fresh("city_a"), second)


def test_a_link_for_nobody_does_not_exist(people):
    with pytest.raises(NotInScope):
        actions.issue_link(actor=SYSTEM, username="ghost")


@pytest.mark.parametrize("password", ["short", "12345678901", "password123", "city_a"])
def test_weak_passwords_are_refused_and_the_link_stays_good(people, password: str):
    user = people["city_a"]
    token = token_of(user)
    with pytest.raises(DomainError) as refused:
        actions.set_password_by_link(user_id=user.pk, token=token, password=password)
    assert refused.value.code == "weak_password"
    assert one_time_links.check_token(fresh("city_a"), token)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_spend_one_link_at_once_one_wins():
    user = User.objects.create(username="racer", password="!x", role="province")
    token = token_of(user)
    won: list[str] = []
    start = threading.Barrier(6)

    def spend(password: str) -> None:
        start.wait()
        try:
            actions.set_password_by_link(user_id=user.pk, token=token, password=password)
            won.append(password)
        except DomainError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=spend, args=(f"{GOOD}-{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert fresh("racer").check_password(won[0])


def test_nobody_disables_the_own_login(people):
    with pytest.raises(DomainError) as refused:
        actions.set_login_active(
            actor=scope_of_persona(people, "operator"), username="operator", is_active=False
        )
    assert refused.value.code == "own_login"


def test_every_change_of_a_login_leaves_one_row_and_never_the_hash(people):
    user = fresh("city_a")
    before = user.events.count()
    actions.set_login_active(actor=SYSTEM, username="city_a", is_active=False)
    actions.set_login_active(actor=SYSTEM, username="city_a", is_active=True)
    actions.change_password(user_id=user.pk, password=GOOD)
    events = list(user.events.order_by("pgh_id"))[before:]
    assert [(one.pgh_label, one.is_active) for one in events] == [
        ("update", False),
        ("update", True),
        ("update", True),
    ]
    assert events[-1].password_changed_at is not None
    assert not hasattr(events[0], "password")


def test_grants_and_covers_are_audited_when_given_and_when_taken(org, people):
    from accounts.models import UnitGrant

    events = UnitGrant.pgh_event_model.objects.filter(user=people["city_b"])
    actions.grant_unit(actor=SYSTEM, user=people["city_b"], unit=org.units["A"])
    actions.revoke_unit(actor=SYSTEM, user=people["city_b"], unit=org.units["A"])
    trail = list(events.filter(object_pk="A").order_by("pgh_id").values_list("pgh_label"))
    assert trail == [("insert",), ("delete",)]


def test_the_audit_can_neither_be_changed_nor_deleted(people):
    events = people["city_a"].events
    for attempt in (lambda: events.update(username="x"), events.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_unknown_languages_and_themes_are_refused(people):
    pk = people["city_a"].pk
    with pytest.raises(DomainError):
        actions.store_language(user_id=pk, language="xx")
    with pytest.raises(DomainError):
        actions.store_theme(user_id=pk, theme="neon")
    actions.store_language(user_id=pk, language="en")
    actions.store_theme(user_id=pk, theme="dark")
    assert (fresh("city_a").language, fresh("city_a").theme) == ("en", "dark")


@pytest.mark.parametrize("dates", [("2026-11-30", "2026-11-01")])
def test_a_cover_needs_ordered_dates_and_another_account_manager(org, people, dates):
    start, end = (dt.date.fromisoformat(day) for day in dates)
    common = {"actor": SYSTEM, "covered": org.account_managers["MB1"], "reason": ""}
    with pytest.raises(DomainError):
        actions.grant_cover(covering=people["manager_a1"], from_date=start, to_date=end, **common)
    for who in ("manager_b1", "city_a"):
        with pytest.raises(DomainError):
            actions.grant_cover(covering=people[who], from_date=end, to_date=start, **common)
