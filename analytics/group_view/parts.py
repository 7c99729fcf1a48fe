"""Shape what the unified view's template draws: facts, tables, one line of time."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from analytics.following import Mark
from analytics.group_view.timeline import Event
from core.parts import ModuleParts
from core.table import TableView


@dataclass(frozen=True, slots=True)
class Fact:
    """Be one labelled fact; ``grade`` draws a badge instead of text."""

    label: str
    text: str = ""
    grade: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Be one card of facts, with a line below where there is one."""

    title: str
    facts: tuple[Fact, ...]
    line: str = ""


@dataclass(frozen=True)
class GroupParts(ModuleParts):
    """Be one tab of one group: a module page with facts, several tables, a timeline."""

    sections: tuple[Section, ...] = ()
    tables: tuple[TableView, ...] = ()
    timeline: tuple[Event, ...] = ()
    mark: Mark | None = None
    star: SafeString | str = ""
