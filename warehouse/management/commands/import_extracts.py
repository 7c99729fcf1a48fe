from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from accounts.scope import Scope
from warehouse import actions
from warehouse.management.commanding import DataCommand, month_of
from warehouse.models import ImportBatch


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
        return {
            "ok": batch.state == ImportBatch.State.ACCEPTED,
            "batch": batch.pk,
            "month": str(batch.month),
            "state": batch.state,
            "already_imported": batch.already_imported,
            "report": batch.report,
        }

    def sentence(self, said: dict[str, Any]) -> str:
        if said["already_imported"]:
            return f"账期 {said['month']}：这些文件已经导入过（批次 {said['batch']}），未作改动。"
        lines = [f"账期 {said['month']} 批次 {said['batch']}：" + _verdict(said["ok"])]
        for finding in said["report"].get("findings", ()):
            place = ":".join(str(part) for part in (finding["file"], finding["line"]) if part)
            lines.append(
                f"  [{finding['verdict']}] {place} {finding['message']}{finding['advice']}"
            )
        return "\n".join(lines)


def _verdict(accepted: bool) -> str:
    return "已接收" if accepted else "已拒绝，已有数据未受影响"
