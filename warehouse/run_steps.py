"""Turn a run's progress 运行进度 into what a page draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import formats
from warehouse.models import MonthRun
from warehouse.run import pipeline

UNDER_WAY = (MonthRun.State.QUEUED, MonthRun.State.RUNNING)


@dataclass(frozen=True, slots=True)
class StepLine:
    """Be one step of a run: done, under way, or still to come."""

    name: str
    label: str
    state: str  # "done", "now", "todo", "failed"
    rows: str = ""
    seconds: str = ""
    done: int = 0
    total: int = 0
    rate: str = ""
    rest: str = ""


def seconds_between(start: dt.datetime | None, end: dt.datetime | None) -> str:
    """Write a duration; empty while one end is missing."""
    if start is None or end is None:
        return ""
    return duration((end - start).total_seconds())


def duration(seconds: float) -> str:
    """Write seconds as people say them."""
    if seconds < 60:
        return _("{n} 秒").format(n=formats.number(seconds, 1 if seconds < 10 else 0))
    minutes, rest = divmod(round(seconds), 60)
    return _("{minutes} 分 {seconds} 秒").format(minutes=minutes, seconds=rest)


def step_lines(run: MonthRun) -> tuple[StepLine, ...]:
    """Return the steps of a run in order, with rows and seconds where they are done."""
    done = {each["name"]: each for each in run.steps_done}
    lines = [_step(step.name, step.label_zh, run, done.get(step.name)) for step in pipeline().steps]
    if run.state in UNDER_WAY:
        return tuple(lines)
    # a run that is over shows what it did, whatever steps the pipeline has gained since
    return tuple(line for line in lines if line.state == "done" or line.name == run.step)


def _step(name: str, label: str, run: MonthRun, done: Mapping[str, Any] | None) -> StepLine:
    words = _(label)
    if done is not None:
        return StepLine(
            name,
            words,
            "done",
            rows=formats.number(int(done.get("rows") or 0)),
            seconds=duration(float(done.get("seconds") or 0)),
        )
    if run.step == name and run.state == MonthRun.State.FAILED:
        return StepLine(name, words, "failed")
    if run.state != MonthRun.State.RUNNING or run.step != name:
        return StepLine(name, words, "todo")
    said = run.progress
    rate, rest = said.get("rate"), said.get("rest_seconds")
    return StepLine(
        name,
        words,
        "now",
        done=int(said.get("done") or 0),
        total=int(said.get("total") or 0),
        rate=_("{n} 行/秒").format(n=formats.number(round(rate))) if rate else "",
        rest=_("剩余约 {time}").format(time=duration(rest)) if rest else "",
    )
