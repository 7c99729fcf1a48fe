"""Create the logins nobody has yet and print their one-time set-password links."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import issue_link
from accounts.provision import create_missing_logins
from accounts.scope import Scope
from core.errors import DomainError


class Command(BaseCommand):
    help = "Create missing logins (province, operator, cities; --managers: account managers)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--managers", action="store_true", help="also one login for each account manager"
        )
        parser.add_argument("--link", metavar="USERNAME", help="only make a new link for a login")
        parser.add_argument("--base-url", default="http://127.0.0.1:8000", help="in front of links")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = self._rows(options)
        except DomainError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps({"users": rows}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("\t".join(row.values()))
        self.stderr.write(f"{len(rows)} 个账号；链接一次有效，请分别交给本人。")

    def _rows(self, options: dict[str, Any]) -> list[dict[str, str]]:
        base = options["base_url"].rstrip("/")
        actor = Scope.of_system()
        if options["link"]:
            path = issue_link(actor=actor, username=options["link"])
            return [{"username": options["link"], "set_password_url": base + path}]
        made = create_missing_logins(actor=actor, with_account_managers=options["managers"])
        rows = [asdict(one) for one in made]
        for row in rows:
            row["set_password_url"] = base + row.pop("set_password_path")
        return rows
