from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from accounts.scope import Scope
from warehouse import actions
from warehouse.management.commanding import DataCommand, month_of


class Command(DataCommand):
    help = "发布一个账期最新的运行结果"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("month")

    def act(self, **options: Any) -> dict[str, Any]:
        month = month_of(options["month"])
        run = actions.publish_month(actor=Scope.of_system(), month=month)
        return {"ok": True, "month": str(month), "run": run.pk}

    def sentence(self, said: dict[str, Any]) -> str:
        return f"账期 {said['month']} 已发布运行 {said['run']}。"
