from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.scope import Scope
from core.errors import DomainError
from core.month import Month
from warehouse import actions
from warehouse.conservation import conservation_of
from warehouse.engine import DUCKDB
from warehouse.management.commanding import (
    OUR_FAULT,
    DataCommand,
    month_of,
    said_of_import,
    sentence_of_import,
)
from warehouse.models import MonthRun
from warehouse.run import work_on

State = MonthRun.State
POLL_SECONDS = 1.0
LOCAL_SPARK = "local[2]"


class Command(DataCommand):
    help = "运行一个账期：汇总、评分、评定等级、按组织汇总、装载；中断后再次执行即可续跑"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("month")
        parser.add_argument("--publish", action="store_true", help="完成后立即发布")
        parser.add_argument(
            "--extracts", type=Path, default=None, help="先导入该文件夹或文件，接收后再运行"
        )
        parser.add_argument("--mapping", type=Path, default=None, help="导入所用的映射文件")
        parser.add_argument("--engine", choices=["duckdb", "spark"], default="")

    def act(self, **options: Any) -> dict[str, Any]:
        month = month_of(options["month"])
        imported: dict[str, Any] | None = None
        if options["extracts"]:
            imported = said_of_import(
                actions.import_extracts(
                    actor=Scope.of_system(),
                    path=options["extracts"],
                    month=month,
                    mapping_path=options["mapping"],
                )
            )
            if not imported["ok"]:
                return imported
        said = self._run(month, options)
        return said if imported is None else {**said, "import": imported}

    def _run(self, month: Month, options: dict[str, Any]) -> dict[str, Any]:
        run = actions.create_run(
            actor=Scope.of_system(),
            month=month,
            publish_when_ready=options["publish"],
            engine=_address(options["engine"]),
        )
        watch = self._watch if sys.stderr.isatty() else None
        while not work_on(run.pk, watch):
            run.refresh_from_db()
            if run.state not in (State.QUEUED, State.RUNNING):
                break
            time.sleep(POLL_SECONDS)  # another worker has it, or its lease has to run out
        run.refresh_from_db()
        return _outcome(run, published=options["publish"])

    def sentence(self, said: dict[str, Any]) -> str:
        if "batch" in said:  # refused: it never came to a run
            return sentence_of_import(said)
        steps = "，".join(f"{step['name']} {step['seconds']} 秒" for step in said["steps"])
        ending = "已发布" if said["published"] else "待发布"
        done = f"账期 {said['month']} 运行 {said['run']} 完成（{steps}），{ending}。"
        return f"{sentence_of_import(said['import'])}\n{done}" if "import" in said else done

    def _watch(self, step: str, done: int, total: int) -> None:
        self.stderr.write(f"\r{step} {done}/{total}    ", ending="")


def _address(chosen: str) -> str:
    """Return the engine's address; Spark without one of the site's own runs on this machine."""
    if chosen != "spark":
        return chosen
    own = settings.GCVA_ENGINE
    return LOCAL_SPARK if own == DUCKDB else str(own)


def _outcome(run: MonthRun, *, published: bool) -> dict[str, Any]:
    if run.state == State.CANCELLED:
        raise DomainError("run_cancelled", f"运行 {run.pk} 已被取消。", "可重新运行该账期。")
    said: dict[str, Any] = {
        "ok": run.state in (State.READY, State.RETIRED),
        "run": run.pk,
        "month": str(run.month),
        "state": run.state,
        "published": published,
        "steps": run.steps_done,
    }
    if run.state == State.READY:
        said["conservation"] = [
            {**asdict(line), "holds": line.holds} for line in conservation_of(run)
        ]
    if not said["ok"]:
        said["error"] = {"code": "run_failed", "message": run.message, "advice": ""}
        said["exit_code"] = OUR_FAULT
    return said
