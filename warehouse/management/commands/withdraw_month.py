from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from accounts.scope import Scope
from warehouse import actions
from warehouse.management.commanding import DataCommand, month_of


class Command(DataCommand):
    help = "取消发布一个账期：退回上一次运行；没有上一次时该账期变为未发布"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("month")

    def act(self, **options: Any) -> dict[str, Any]:
        month = month_of(options["month"])
        run = actions.withdraw_month(actor=Scope.of_system(), month=month)
        return {"ok": True, "month": str(month), "run": run.pk if run else None}

    def sentence(self, said: dict[str, Any]) -> str:
        if said["run"] is None:
            return f"账期 {said['month']} 现在未发布。"
        return f"账期 {said['month']} 已退回运行 {said['run']}。"
