"""Open one group 集团统一视图: what each tab reads, and only when a tab asks for it."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from django.utils import timezone

from accounts import policies
from accounts.owners import with_names
from accounts.scope import Scope
from accounts.tree import Choice, breadcrumb_of
from adjustments.models import GradeAdjustment
from alerts.queries import Finding, findings_from
from analytics import explained, similar_groups
from analytics.group_queries import MonthScore
from analytics.group_view import queries
from analytics.group_view.requests import requests_in
from analytics.kpi import sparkline_months
from analytics.reading import Reading
from core.errors import NotInScope
from core.month import Month
from warehouse import group_extracts
from warehouse.mart_models import GroupAlert
from warehouse.peers import Peers, peers_of
from warehouse.queries import PublishedRun

TABS = ("basic", "members", "products", "income", "service")
DUE_DAYS = 90
VALID_TARGET_PERCENT = 75


class GroupReading:
    """Hold one group of one published month for page and API; outside the scope there is none."""

    def __init__(self, reading: Reading, group_code: str) -> None:
        """Take who reads and which group."""
        self.reading, self.group_code = reading, group_code

    @property
    def run(self) -> PublishedRun:
        """Return the published run of the month."""
        if self.reading.run is None:
            raise NotInScope
        return self.reading.run

    @property
    def scope(self) -> Scope:
        """Return the reader's scope."""
        return self.reading.scope

    def sees(self, section: str) -> bool:
        """Tell whether the reader may see a section of the view."""
        return policies.may_see_field(self.scope, f"group_view.{section}", self.group_code)

    @cached_property
    def result(self) -> Any:
        """Return the group's result; this is where the scope decides."""
        return queries.group_in(self.scope, self.run.run, self.group_code)

    @cached_property
    def facts(self) -> Any:
        """Return the group's facts of the month."""
        facts = self.history[-1]
        if facts is None:
            raise NotInScope
        return facts

    @cached_property
    def explained(self) -> explained.Explained:
        """Return the score explained."""
        scores = tuple(
            MonthScore(
                Month.from_index(row["month"]),
                row["score"],
                row["suggested_grade"],
                row["effective_grade"],
            )
            for row in self.graded
        )
        return explained.explain_group(
            self.reading,
            self.group_code,
            self.result,
            self.facts,
            self.places,
            scores=scores,
        )

    @cached_property
    def places(self) -> tuple[Choice, ...]:
        """Return the way down to the month's account manager."""
        owner, row = explained.owner_of(self.result), self.result
        return breadcrumb_of(self.scope, with_names(owner, row.person, row.units))

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """Return the 13 months to the one shown."""
        return tuple(sparkline_months(self.run.month))

    @cached_property
    def history(self) -> tuple[Any, ...]:
        """Return the group's row of each of the 13 months; None where it was not shown."""
        return tuple(self.known.get(month.index) for month in self.months)

    @cached_property
    def known(self) -> dict[int, Any]:
        """Return the group's row of each published month that a score is shown of, in one query."""
        months = explained.months_explained(self.reading)
        return queries.months_of(months, self.result.group_code)

    @property
    def graded(self) -> list[dict[str, Any]]:
        """Return score and grades 等级 of those months, oldest first."""
        rows = sorted(self.known.items())
        return [{"month": month, **row.graded} for month, row in rows if row.graded]

    @property
    def grades(self) -> list[dict[str, Any]]:
        """Return score and grades of the 13 months, oldest first."""
        return [row for row in self.graded if row["month"] in self.reading.history]

    @cached_property
    def requests(self) -> tuple[GradeAdjustment, ...]:
        """Return the requests 等级调整 about the group that the reader may see, newest first."""
        return requests_in(self.scope, self.group_code)

    @cached_property
    def peers(self) -> Peers:
        """Return the peers' quartiles."""
        return peers_of(self.run.run, self.result)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Return what is abnormal this month."""
        return findings_from(self.facts.fired) if self.facts.fired else ()

    @property
    def fired(self) -> list[GroupAlert]:
        """Return what the anomaly rules said of the 13 months, where one fired, oldest first."""
        return [row.fired for row in self.history if row is not None and row.fired]

    @cached_property
    def pinned(self) -> group_extracts.Files:
        """Return the extracts of the small kinds that the 13 months' runs pinned."""
        kinds = ("key_people", "contracts", "service_events")
        return group_extracts.pinned_files(self.reading.history.values(), kinds)

    def has(self, kind: str) -> bool:
        """Tell whether a small kind came in this month."""
        return kind in self.pinned.get(self.run.run, {})

    def rows(self, kind: str) -> tuple[dict[str, Any], ...]:
        """Return the group's rows of a small kind of this month."""
        files = self.pinned.get(self.run.run, {}).get(kind, ())
        return group_extracts.rows_of_group(files, kind, self.result.group_code)

    @cached_property
    def events(self) -> tuple[dict[str, Any], ...]:
        """Return the service events 服务事件 of the 13 months."""
        of_runs = self.pinned.values()
        files = [file for kinds in of_runs for file in kinds.get("service_events", ())]
        return group_extracts.rows_of_group(files, "service_events", self.result.group_code)

    @cached_property
    def product_names(self) -> dict[str, str]:
        """Return the names of the products by code."""
        return {product.code: product.name for product in similar_groups.products()}

    @cached_property
    def products(self) -> tuple[similar_groups.GroupProduct, ...]:
        """Return the products of the group beside its peers': used, lacking, the rest."""
        run, kind = self.run.run, (self.result.industry_code, self.result.size_band)
        used = similar_groups.products_used(self.scope, run, [self.result.group_code])
        known = {product.code: product for product in similar_groups.products()}
        counts = similar_groups.n_similar(run, [kind])
        adoptions = similar_groups.adoptions(run, counts)[kind]
        return similar_groups.products_of(used.get(self.result.group_code, {}), adoptions, known)

    @property
    def month_end(self) -> dt.date:
        """Return the last day of the month."""
        return self.run.month.last_day

    @property
    def counted_from(self) -> dt.date:
        """Return the day from which days to a contract's end count 到期天数.

        In the newest month it is today, as in 今日待办; in an earlier one, that month's last day.
        """
        published = self.reading.published
        is_newest = bool(published) and published[0].month == self.run.month
        return timezone.localdate() if is_newest else self.month_end

    def days_to(self, day: dt.date | None) -> int | None:
        """Return the days to a day from the one that counts."""
        return None if day is None else int((day - self.counted_from).days)

    @property
    def valid_needed(self) -> int | None:
        """Return how many valid members 有效成员 are short of the target."""
        members, valid = self.facts.n_members, self.facts.n_valid
        if not members or valid is None:
            return None
        return int(max(0, -(-VALID_TARGET_PERCENT * members // 100) - valid))

    def member_page(
        self, page: int, size: int, order: group_extracts.MemberOrder = group_extracts.MOST_FEES
    ) -> group_extracts.MemberPage:
        """Return one page of members; management is refused."""
        return group_extracts.member_rows(
            self.scope, self.run.run, self.group_code, page, size=size, order=order
        )
