"""Give the warehouse's commands one manner: sentences, ``--json``, exit codes.

Bad input or a wrong state ends with 2 and a sentence, our own fault with 1; neither shows a
traceback. With ``--json`` standard output holds exactly one JSON object.
"""

from __future__ import annotations

import json
import logging
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, ProgrammingError

from core.errors import DomainError
from core.month import Month
from warehouse.models import ImportBatch

log = logging.getLogger(__name__)
BAD_INPUT, OUR_FAULT = 2, 1


class DataCommand(BaseCommand):
    """Run one action of the warehouse; subclasses give arguments, ``act`` and ``sentence``."""

    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what every command understands."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="只输出一个 JSON")

    def act(self, **options: Any) -> dict[str, Any]:
        """Do it and return what happened as JSON; ``ok`` false means bad input."""
        raise NotImplementedError

    def sentence(self, said: dict[str, Any]) -> str:
        """Say what happened to a person."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, say it, and end with the code that fits."""
        as_json = bool(options.pop("as_json"))
        said, code = self._attempt(options)
        if as_json:
            self.stdout.write(json.dumps(said, ensure_ascii=False, default=str))
            if code:
                sys.exit(code)
        elif code:
            raise CommandError(self._complaint(said), returncode=code)
        else:
            self.stdout.write(self.sentence(said))

    def _complaint(self, said: dict[str, Any]) -> str:
        error = said.get("error")
        return f"{error['message']}{error['advice']}" if error else self.sentence(said)

    def _attempt(self, options: dict[str, Any]) -> tuple[dict[str, Any], int]:
        try:
            said = self.act(**options)
        except DomainError as problem:
            error = {"code": problem.code, "message": problem.message, "advice": problem.hint}
            return {"ok": False, "error": error}, BAD_INPUT
        except (OperationalError, InterfaceError, ProgrammingError) as problem:
            log.info("database", exc_info=True)
            message = f"无法使用数据库：{str(problem).strip().splitlines()[0]}。"
            advice = "请先执行：manage.py embedded start，manage.py migrate。"
            return _fault("database", message, advice), OUR_FAULT
        except Exception:
            log.exception("command failed")
            return _fault("internal", "出现内部错误。", "详情见日志。"), OUR_FAULT
        code = BAD_INPUT if not said["ok"] else 0
        return said, said.pop("exit_code", code)


def _fault(code: str, message: str, advice: str) -> dict[str, Any]:
    return {"ok": False, "error": {"code": code, "message": message, "advice": advice}}


def month_of(text: str) -> Month:
    """Read a month given on the command line.

    Raises:
        DomainError: if it is none.
    """
    try:
        return Month.parse(text)
    except ValueError as problem:
        raise DomainError(
            "bad_month", f"账期“{text}”无法识别。", "请写成 2026-10 的形式。"
        ) from problem


def said_of_import(batch: ImportBatch) -> dict[str, Any]:
    """Tell what became of an import, as JSON."""
    return {
        "ok": batch.state == ImportBatch.State.ACCEPTED,
        "batch": batch.pk,
        "month": str(batch.month),
        "state": batch.state,
        "already_imported": batch.already_imported,
        "report": batch.report,
    }


def sentence_of_import(said: dict[str, Any]) -> str:
    """Tell a person what became of an import: the verdict, then finding after finding."""
    if said["already_imported"]:
        return f"账期 {said['month']}：这些文件已经导入过（批次 {said['batch']}），未作改动。"
    verdict = "已接收" if said["ok"] else "已拒绝，已有数据未受影响"
    lines = [f"账期 {said['month']} 批次 {said['batch']}：{verdict}"]
    for finding in said["report"].get("findings", ()):
        place = ":".join(str(part) for part in (finding["file"], finding["line"]) if part)
        lines.append(f"  [{finding['verdict']}] {place} {finding['message']}{finding['advice']}")
    return "\n".join(lines)
