"""One audit row for every write, and nobody rewrites one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import InternalError, connection, transaction

from accounts import actions, notices, role_actions
from accounts.audit_rows import event_models
from accounts.disclosures import close_disclosure, disclose
from accounts.models import OrgUnit, PortfolioCover, User
from accounts.scope import Scope
from core.month import Month
from scoring.actions import (
    draft_score_model,
    ensure_default_model,
    pin_reference,
    publish_score_model,
    retire_score_model,
)
from scoring.models import ScoreModel
from tests.personas import build_org, build_people, scope_of_persona

SYSTEM = Scope.of_system()
TODAY = dt.date(2026, 11, 22)
pytestmark = pytest.mark.django_db


@dataclass
class World:
    org: object
    people: dict


@pytest.fixture
def world():
    org = build_org()
    return World(org, build_people(org))


def cover_of(world):
    return PortfolioCover.objects.create(
        covering=world.people["manager_a2"],
        covered=world.org.account_managers["MA1"],
        from_date=TODAY,
        to_date=TODAY + dt.timedelta(9),
    )


def draft():
    example = ensure_default_model()
    return draft_score_model(actor=SYSTEM, name="试", definition=example.definition)


# what is done → the audit rows it leaves, kind by kind
def create_login(world):
    actions.create_login(
        actor=SYSTEM,
        username="new",
        role=User.Role.CITY,
        display_name="新人",
        units=[world.org.units["A"]],
    )


def grant(world):
    actions.grant_unit(actor=SYSTEM, user=world.people["city_a"], unit=world.org.units["B"])


def revoke(world):
    actions.revoke_unit(actor=SYSTEM, user=world.people["city_a"], unit=world.org.units["A"])


def cover(world):
    actions.grant_cover(
        actor=SYSTEM,
        covering=world.people["manager_a2"],
        covered=world.org.account_managers["MA1"],
        from_date=TODAY,
        to_date=TODAY,
        reason="休假",
    )


DONE: dict[str, tuple[Callable[[World], object], dict[str, list[str]]]] = {
    "create_login": (
        create_login,
        {"accounts.user": ["insert"], "accounts.unitgrant": ["insert"]},
    ),
    "grant_unit": (grant, {"accounts.unitgrant": ["insert"]}),
    "revoke_unit": (revoke, {"accounts.unitgrant": ["delete"]}),
    "grant_cover": (cover, {"accounts.portfoliocover": ["insert"]}),
    "set_login_active": (
        lambda w: actions.set_login_active(actor=SYSTEM, username="city_a", is_active=False),
        {"accounts.user": ["update"]},
    ),
    "issue_link": (
        lambda w: actions.issue_link(actor=SYSTEM, username="city_a"),
        {"accounts.user": ["update"]},
    ),
    "assign_role": (
        lambda w: role_actions.assign_role(actor=SYSTEM, username="city_a", role="province"),
        {"accounts.user": ["update"], "accounts.unitgrant": ["delete"]},
    ),
    "change_password": (
        lambda w: actions.change_password(
            user_id=w.people["city_a"].pk, password="quiet-harbour-77"
        ),
        {"accounts.user": ["update"]},
    ),
    "store_language": (
        lambda w: actions.store_language(user_id=w.people["city_a"].pk, language="en"),
        {"accounts.user": ["update"]},
    ),
    "store_mail_preference": (
        lambda w: notices.store_mail_preference(
            actor=scope_of_persona(w.people, "city_a"), mail="off", email="a@example.invalid"
        ),
        {"accounts.user": ["update"], "accounts.noticepreference": ["insert"]},
    ),
    "disclose": (
        lambda w: disclose(group_code="GA1", city_code="A", basis="alert", basis_id=1),
        {"accounts.disclosure": ["insert"]},
    ),
}
AFTER: dict[str, tuple[Callable[[World], object], Callable[[World], object], dict]] = {
    "end_cover": (
        cover_of,
        lambda w: actions.end_cover(
            actor=SYSTEM, cover=PortfolioCover.objects.get(), last_date=TODAY
        ),
        {"accounts.portfoliocover": ["update"]},
    ),
    "close_disclosure": (
        DONE["disclose"][0],
        lambda w: close_disclosure(basis="alert", basis_id=1),
        {"accounts.disclosure": ["update"]},
    ),
    "draft_score_model": (
        lambda w: ensure_default_model(),
        lambda w: draft(),
        {"scoring.scoremodel": ["insert"]},
    ),
    "publish_score_model": (
        lambda w: draft(),
        lambda w: publish_score_model(
            actor=SYSTEM, model_id=ScoreModel.objects.latest("pk").pk, from_month=Month(2026, 10)
        ),
        {"scoring.scoremodel": ["update"]},
    ),
    "retire_score_model": (
        lambda w: publish_score_model(
            actor=SYSTEM, model_id=draft().pk, from_month=Month(2026, 10)
        ),
        lambda w: retire_score_model(actor=SYSTEM, model_id=ScoreModel.objects.latest("pk").pk),
        {"scoring.scoremodel": ["update"]},
    ),
    "pin_reference": (
        lambda w: ensure_default_model(),
        lambda w: pin_reference(
            model_id=ScoreModel.objects.get().pk,
            month=Month(2026, 10),
            codes=["n_members"],
            means=[1],
            n_groups=3,
        ),
        {"scoring.scoremodel": ["update"]},
    ),
}


def counted() -> dict[str, list[str]]:
    found = {}
    for kind, model in event_models().items():
        labels = list(model.objects.order_by("pgh_id").values_list("pgh_label", flat=True))
        if labels:
            found[kind] = labels
    return found


def added(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, list[str]]:
    more = {kind: labels[len(before.get(kind, [])) :] for kind, labels in after.items()}
    return {kind: labels for kind, labels in more.items() if labels}


@pytest.mark.parametrize("name", DONE)
def test_an_action_leaves_one_audit_row_for_each_write(world, name):
    act, expected = DONE[name]
    before = counted()
    act(world)
    assert added(before, counted()) == expected


@pytest.mark.parametrize("name", AFTER)
def test_an_action_on_something_leaves_one_audit_row_for_each_write(world, name):
    prepare, act, expected = AFTER[name]
    prepare(world)
    before = counted()
    act(world)
    assert added(before, counted()) == expected


def test_every_kind_of_business_write_is_audited():
    wanted = {
        "accounts.user", "accounts.unitgrant", "accounts.portfoliocover", "accounts.disclosure",
        "accounts.noticepreference", "scoring.scoremodel", "scoring.gradeinforce",
        "warehouse.importbatch", "warehouse.monthrun", "warehouse.publishedmonth",
        "analytics.dataquestion",
        "alerts.thresholdchange", "alerts.alert", "adjustments.gradeadjustment",
    }  # fmt: skip
    assert wanted <= set(event_models())


@pytest.mark.parametrize("kind", sorted(event_models()))
def test_no_event_table_can_be_rewritten(kind):
    table = event_models()[kind]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass"
            " AND tgenabled = 'O'",
            [f'"{table}"'],
        )
        guards = [text for (text,) in cursor.fetchall()]
    assert any("BEFORE DELETE OR UPDATE" in text and "FOR EACH ROW" in text for text in guards)


def test_changing_or_deleting_an_audit_row_fails(world):
    rows = event_models()["accounts.user"].objects.all()
    assert rows.exists()
    for spoil in (rows.delete, lambda: rows.update(username="nobody")):
        with pytest.raises(InternalError), transaction.atomic():
            spoil()


def test_the_hash_of_a_password_is_in_no_event_table():
    columns = {field.name for field in event_models()["accounts.user"]._meta.fields}
    assert "password" not in columns and OrgUnit._meta.label_lower not in event_models()
