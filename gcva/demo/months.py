"""Bring the demo province into the site 演示省份: generate, then import and run month by month.

Every month goes through the same doors as an operator's. What an earlier, interrupted start
finished is not done again.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from accounts.scope import Scope
from core.errors import DomainError
from core.month import Month
from gcva.province.build import write_province
from gcva.province.plan import Plan
from warehouse import actions
from warehouse.models import ImportBatch, MonthRun, PublishedMonth
from warehouse.run import work_on

POLL_SECONDS = 1.0
Report = Callable[[str, int], None]  # what is being done now, months finished since the last call


def write_extracts(folder: Path, plan: Plan, report: Report) -> Path:
    """Generate the province's files once; return the folder of the months.

    Raises:
        DomainError: the folder holds a province of other sizes.
    """
    wanted = _described(plan)
    note, extracts = folder / "plan.json", folder / "extracts"
    if extracts.exists():
        found = json.loads(note.read_text()) if note.exists() else {}
        if found != wanted:
            raise DomainError(
                "other_province",
                f"{folder} holds a province of other sizes: {_in_words(found)}.",
                "Ask for the same sizes, or run make stop, remove var/ and start again.",
            )
        report("files", plan.months)
        return extracts
    unfinished = folder / "extracts.partial"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    report("generating", 0)
    write_province(unfinished, plan, lambda month, _done, _total: report(f"{month} files", 1))
    note.write_text(json.dumps(wanted))
    unfinished.rename(extracts)
    return extracts


def assess(extracts: Path, plan: Plan, report: Report) -> tuple[Month, ...]:
    """Import, run and publish every month that is not published yet; return those done now.

    Raises:
        DomainError: the gate refuses a file, or a run fails.
    """
    published = {
        Month.from_index(index)
        for index in PublishedMonth.objects.exclude(run=None).values_list("month_index", flat=True)
    }
    done = []
    for month in plan.calendar:
        if month not in published:
            _import(month, extracts / str(month), report)
            _run(month, report)
            done.append(month)
        report(f"{month} published", 1)
    return tuple(done)


def _import(month: Month, folder: Path, report: Report) -> None:
    report(f"{month} import", 0)
    batch = actions.import_extracts(actor=Scope.of_system(), path=folder, month=month)
    if batch.state != ImportBatch.State.ACCEPTED:
        findings = [finding["message"] for finding in batch.report.get("findings", [])[:3]]
        raise DomainError("refused", f"{month} was refused.", "\n".join(findings))


def _run(month: Month, report: Report) -> None:
    """Work on the month's run here; wait where a killed start still holds its lease."""
    run = actions.create_run(actor=Scope.of_system(), month=month, publish_when_ready=True)
    while run.state in (MonthRun.State.QUEUED, MonthRun.State.RUNNING):
        report(f"{month} waiting", 0)
        if not work_on(run.pk, lambda step, _done, _total: report(f"{month} {step}", 0)):
            time.sleep(POLL_SECONDS)
        run.refresh_from_db()
    if run.state != MonthRun.State.READY:
        raise DomainError("run_failed", f"The run of {month} failed.", run.message)


def _described(plan: Plan) -> dict[str, object]:
    return {**asdict(plan), "last_month": str(plan.last_month)}


def _in_words(found: dict[str, object]) -> str:
    return ", ".join(
        f"{found[name]} {name}" for name in ("groups", "members", "months") if name in found
    )
