"""Bring the demo province into the site 演示省份: generate, then import and run month by month.

Every month goes through the same doors as an operator's. What an earlier, interrupted start
finished is not done again.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from django.core.management import call_command

from core.errors import DomainError
from core.month import Month
from gcva.province.build import write_province
from gcva.province.plan import Plan
from warehouse.models import PublishedMonth

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
    """Import, run and publish every month that is not published yet; return those done now."""
    published = {
        Month.from_index(index)
        for index in PublishedMonth.objects.exclude(run=None).values_list("month_index", flat=True)
    }
    done = []
    for month in plan.calendar:
        if month not in published:
            report(f"{month} import", 0)
            call_command("import_extracts", extracts / str(month), month=str(month), stdout=_sink())
            report(f"{month} run", 0)
            call_command("run_month", str(month), publish=True, stdout=_sink())
            done.append(month)
        report(f"{month} published", 1)
    return tuple(done)


def _sink() -> io.StringIO:
    """Return what swallows a command's report: the demo shows a bar instead."""
    return io.StringIO()


def _described(plan: Plan) -> dict[str, object]:
    return {**asdict(plan), "last_month": str(plan.last_month)}


def _in_words(found: dict[str, object]) -> str:
    return ", ".join(
        f"{found[name]} {name}" for name in ("groups", "members", "months") if name in found
    )
