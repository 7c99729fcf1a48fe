"""Start, stop or look at the embedded PostgreSQL and Valkey."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from gcva import embedded


class Command(BaseCommand):
    help = "Start, stop or look at the embedded PostgreSQL and Valkey."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["start", "stop", "status"])
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, what: str, json: bool, **_options: Any) -> None:
        try:
            if what == "start":
                embedded.start(settings.GCVA_VAR)
            elif what == "stop":
                embedded.stop(settings.GCVA_VAR)
            status = embedded.status(settings.GCVA_VAR)
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_as_json(status) if json else _as_text(status))
        if what == "status" and not status.running:
            raise SystemExit(3)  # like an init script: not running


def _as_json(status: embedded.Status) -> str:
    return json.dumps(
        {
            "running": status.running,
            "postgres": {"running": status.postgres_running, **_place(status, "postgres")},
            "valkey": {"running": status.valkey_running, **_place(status, "valkey")},
            "postgres_folder": status.folder,
            "addresses": str(settings.GCVA_VAR / "embedded.json"),
        }
    )


def _place(status: embedded.Status, name: str) -> dict[str, int | None]:
    return {"pid": status.pids.get(name), "port": status.ports.get(name)}


def _as_text(status: embedded.Status) -> str:
    lines = [
        f"{label}: 127.0.0.1:{status.ports[name]} (process {status.pids[name]})"
        if running
        else f"{label}: not running"
        for label, name, running in (
            ("PostgreSQL", "postgres", status.postgres_running),
            ("Valkey", "valkey", status.valkey_running),
        )
    ]
    return "\n".join(lines)
