from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from accounts.scope import Scope
from warehouse import actions
from warehouse.management.commanding import (
    DataCommand,
    month_of,
    said_of_import,
    sentence_of_import,
)


class Command(DataCommand):
    help = "导入一个账期的接口文件（文件夹或单个文件）：预检并保存为批次，不运行"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("path", type=Path)
        parser.add_argument("--month", default="")
        parser.add_argument("--mapping", type=Path, default=None)

    def act(self, **options: Any) -> dict[str, Any]:
        batch = actions.import_extracts(
            actor=Scope.of_system(),
            path=options["path"],
            month=month_of(options["month"]),
            mapping_path=options["mapping"],
        )
        return said_of_import(batch)

    def sentence(self, said: dict[str, Any]) -> str:
        return sentence_of_import(said)
