"""Put grading's reading, table and rows together 评分及等级评定, for page, export and API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.urls import reverse

from accounts import policies
from accounts.doors import Door
from analytics import group_list
from analytics.adjusted import asks_in
from analytics.following import marks_in
from analytics.grading import tables
from analytics.grading.compute import UnitGrades
from analytics.grading.room import GradingReading
from analytics.page import RoomReading
from analytics.queries import Kind, at_unit, search_groups
from core.sources import ListSource, QuerySource, Source
from core.table import Table
from core.web import carry, compare_of
from warehouse.dictionary_names import industry_names


class GradingMixin(RoomReading):
    """Put grading's reading, table and rows together for page and export."""

    room = "grading"
    door: Door | None = Door(module="grading")

    @cached_property
    def grading(self) -> GradingReading:
        """Return the figures behind the page."""
        months_back = 12 if compare_of(self.http) == "yoy" else 1
        return GradingReading(self.reading, self.http.GET.get("by", ""), months_back)

    def unit_url(self, row: UnitGrades) -> str:
        """Return the link one step down; empty on the totals row."""
        grading = self.grading
        if not row.code:
            return ""
        if grading.kind:
            return self.kind_url(grading.kind, row.code)
        if grading.level is None:
            return ""
        return self.link_to(at_unit(self.reading.selection, grading.level, row.code))

    def kind_url(self, kind: Kind, code: str) -> str:
        """Return where a kind of group leads: to its groups in an account manager's list.

        At a unit it is its cells 指标多维分析, where the reader sees those.
        """
        if self.grading.level is None:
            return self.list_url(**{kind: code})
        if not policies.may(self.reading.scope, "multi_dimensional", "totals"):
            return ""
        return self.link_to(self.reading.selection, "multi_dimensional", **{kind: code})

    def list_url(self, **chosen: str) -> str:
        """Return the account manager's list 集团清单 under a choice; empty where it is closed."""
        if not self.grading.lists_groups:
            return ""
        cleared = dict.fromkeys(("by", "page", *group_list.STATE))
        return carry(self.http, reverse("grading"), **{**cleared, **chosen})

    def group_url(self, row: Mapping[str, Any]) -> str:
        """Return the link to one score explained."""
        path = reverse("grading_group", args=[row["group_code"]])
        state = group_list.state_of(self.http.GET, self.reading.selection.county_code)
        return carry(self.http, path, unit=None, am=None, list=state)

    def declared(self) -> tuple[Table, Source] | None:
        """Return the table of this place with its rows; None where there is none to see."""
        grading = self.grading
        if grading.units is not None:
            unrated = grading.units.total.grades[-1] > 0
            table = tables.units_table(grading.units.by, self.unit_url, with_unrated=unrated)
            return table, ListSource(grading.units.rows)
        return self.declared_groups()

    def declared_groups(self) -> tuple[Table, Source] | None:
        """Return the account manager's list with its rows; None where it is closed."""
        if not self.grading.lists_groups or self.reading.run is None:
            return None
        scope, run = self.reading.scope, self.reading.run.run
        rows = group_list.groups_of(scope, run, self.reading.selection)
        source = QuerySource(rows, tie="group_code", search=search_groups)
        marks = marks_in(scope, run)
        asks = asks_in(scope, self.reading.selection.account_manager_code)
        industries = industry_names()
        return group_list.groups_table(industries, self.group_url, marks, asks), source
