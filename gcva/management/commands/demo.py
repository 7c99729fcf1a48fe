"""Assess an invented province through the real pipeline and serve it."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.models import User
from accounts.provision import DemoLogin, create_demo_users
from core.errors import DomainError
from gcva import embedded
from gcva.demo import months, serve
from gcva.province.plan import Plan

STARTED_SERVERS = "GCVA_DEMO_STARTED_SERVERS"  # handed on when the command starts itself again
SHOWN_ROLES = (
    User.Role.PROVINCE,
    User.Role.CITY,
    User.Role.ACCOUNT_MANAGER,
    User.Role.OPERATOR,
)


@dataclass(frozen=True)
class Ready:
    """Be what the demo says when it is ready; also its one JSON object."""

    address: str
    logins: list[dict[str, str]]
    months: list[str]
    months_done_now: int
    seconds: float


class Command(BaseCommand):
    help = "Start everything, assess an invented province month by month, serve it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--groups", type=int, default=3_000)
        parser.add_argument("--members", type=int, default=100_000)
        parser.add_argument("--months", type=int, default=14)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="only prepare; servers stay")
        parser.add_argument("--json", action="store_true", help="print one JSON object when ready")

    def handle(self, *, port: int, no_serve: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's passwords are printed: not on a production site.")
        try:
            plan = Plan(*(options[name] for name in ("groups", "members", "months", "seed")))
            if not no_serve:
                serve.require_free_port(port)
            _start_servers()
            try:
                ready = _prepare(plan, port)
                if no_serve:
                    self._announce(ready, as_json=options["json"], serving=False)
                    return
                running = serve.services(settings.GCVA_VAR / "log", port)
                as_json = options["json"]
                serve.serve(running, port, lambda: self._announce(ready, as_json=as_json))
            finally:
                _stop_servers(keep=no_serve)
        except (DomainError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted; the next start goes on from here.") from None

    def _announce(self, ready: Ready, *, as_json: bool, serving: bool = True) -> None:
        if as_json:
            self.stdout.write(json.dumps(asdict(ready), ensure_ascii=False))
            self.stdout.flush()
            return
        self.stdout.write(f"\n{ready.months[0]} … {ready.months[-1]}, {ready.seconds:.0f} s\n")
        self.stdout.write(f"{ready.address}" if serving else "Serve it with: make demo")
        for login in ready.logins:
            role, name = login["role"], login["display_name"]
            who = name if role in name else f"{role} {name}"
            self.stdout.write(f"  {login['username']:<16} {login['password']}  {who}")
        self.stdout.write("Ctrl-C ends it." if serving else "Stop the servers with: make stop")
        self.stdout.flush()


def _start_servers() -> None:
    """Start the embedded servers unless others are named, then read the settings anew."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    var = settings.GCVA_VAR
    were_running = embedded.status(var).running
    facts = embedded.start(var)
    if not facts["demo"]:
        facts = embedded.note(var, demo=True)
    if facts["database_url"] == settings.DATABASE_URL and settings.GCVA_DEMO and were_running:
        return
    if not were_running:
        os.environ[STARTED_SERVERS] = "1"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - the same command again


def _stop_servers(*, keep: bool) -> None:
    if os.environ.get(STARTED_SERVERS) and not keep:
        embedded.stop(settings.GCVA_VAR)


def _prepare(plan: Plan, port: int) -> Ready:
    began = time.monotonic()
    call_command("migrate", interactive=False, verbosity=0)
    layout = "{desc:<24} {bar} {n_fmt}/{total_fmt} [{elapsed}<{remaining}]"
    with tqdm(total=2 * plan.months, bar_format=layout, file=sys.stderr) as bar:

        def report(what: str, finished: int) -> None:
            bar.set_description_str(what)
            bar.update(finished)

        extracts = months.write_extracts(settings.GCVA_VAR / "demo", plan, report)
        done = months.assess(extracts, plan, report)
        report("logins", 0)
        logins = create_demo_users()
    return Ready(
        address=f"http://127.0.0.1:{port}",
        logins=_one_login_a_role(logins),
        months=[str(month) for month in plan.calendar],
        months_done_now=len(done),
        seconds=round(time.monotonic() - began, 1),
    )


def _one_login_a_role(logins: list[DemoLogin]) -> list[dict[str, str]]:
    """Choose the first of each role; a role's label is the one the pages show."""
    first = {login.role: login for login in reversed(logins)}
    return [
        {
            "role": str(role.label),
            "username": first[role].username,
            "password": first[role].password,
            "display_name": first[role].display_name,
        }
        for role in SHOWN_ROLES
        if role in first
    ]
