"""Publish a small invented province through the real pipeline, and reach it as its readers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.test import Client

from accounts.models import User
from accounts.provision import create_demo_users
from accounts.scope import Scope
from core.month import Month
from gcva.province.build import write_province
from gcva.province.plan import Plan
from scoring.actions import ensure_default_model
from warehouse import actions
from warehouse.models import GroupResult, ImportBatch, MonthRun, OrgMonth
from warehouse.queries import published_runs
from warehouse.run import work_on

PLAN = Plan(500, 10_000, 3, 11)


@dataclass(frozen=True)
class Published:
    """Hold what tests ask for: months, and one login of each role that has something to see."""

    months: tuple[Month, ...]
    run: int
    province: User
    city: User
    manager: User
    other_manager: User
    operator: User

    @property
    def city_code(self) -> str:
        return next(iter(_scope(self.city).city_codes))

    @property
    def manager_code(self) -> str:
        return str(self.manager.account_manager_id)


def _scope(user: User) -> Scope:
    from django.utils import timezone

    from accounts.queries import scope_for

    return scope_for(user, timezone.localdate())


def publish_province(folder: Path) -> Published:
    """Generate, import, run and publish three months."""
    write_province(folder / "extracts", PLAN)
    ensure_default_model()
    for month in PLAN.calendar:
        batch = actions.import_extracts(
            actor=Scope.of_system(), path=folder / "extracts" / str(month), month=month
        )
        said = [finding["message"] for finding in batch.report.get("findings", [])]
        assert batch.state == ImportBatch.State.ACCEPTED, said
        made = actions.create_run(actor=Scope.of_system(), month=month, publish_when_ready=True)
        assert work_on(made.pk)
        made.refresh_from_db()
        assert made.state == MonthRun.State.READY, made.message
    create_demo_users()
    return find_province()


def find_province() -> Published:
    """Choose the account managers with the most groups in two cities of what is published."""
    run = published_runs()[0].run
    cities = OrgMonth.objects.in_run(run).at_level("city").rolled_up().order_by("-n_groups")
    first, second = (row.city_code for row in cities[:2])
    return Published(
        months=tuple(PLAN.calendar),
        run=run,
        province=User.objects.get(role=User.Role.PROVINCE),
        city=next(
            user
            for user in User.objects.filter(role=User.Role.CITY)
            if first in _scope(user).city_codes
        ),
        manager=_busiest(run, first),
        other_manager=_busiest(run, second),
        operator=User.objects.get(role=User.Role.OPERATOR),
    )


def _busiest(run: int, city: str) -> User:
    people = User.objects.filter(account_manager__city_id=city)
    rows = OrgMonth.objects.in_run(run).at_level("account_manager").rolled_up()
    codes = rows.filter(city_code=city).order_by("-n_groups")
    for code in codes.values_list("account_manager_code", flat=True):
        user = people.filter(account_manager_id=code).first()
        if user:
            return user
    raise AssertionError("no account manager with a login")


def client_of(user: User) -> Client:
    """Return a browser that is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def groups_of(published: Published, code: str) -> list[GroupResult]:
    """Return an account manager's groups straight from the mart."""
    rows = GroupResult.objects.in_run(published.run).filter(account_manager_code=code)
    return list(rows.order_by("group_code"))
