"""Hand the effective grades of a published month back to customer relations 等级回写文件.

One line a group: ``group_code,effective_grade,from,until,basis``. ``from`` and ``until`` are months
(``2026-10``), both included: an approved grade carries its own validity, a suggested or opening one
stands from the last review month until the month before the next.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any, cast

import structlog
from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from accounts.doors import Door, DoorMixin, scope_of
from accounts.policies import require_action
from accounts.scope import Scope
from core.errors import NotInScope
from core.exports import harmless
from core.month import Month
from core.web import ShellPage
from scoring.models import GradeInForce
from scoring.rating import CYCLE_MONTHS, review_month
from warehouse.mart_models import GroupResult
from warehouse.queries import PublishedRun, published_run

log = structlog.get_logger(__name__)

ACTION = "write_back_grades"
COLUMNS = ("group_code", "effective_grade", "from", "until", "basis")
_CHUNK = 2000

Validity = tuple[Month, Month]


def review_validity(month: Month) -> Validity:
    """Return the months a grade without an approval stands for: those of its review."""
    start = review_month(month, settings.GCVA_REVIEW_CYCLE)
    return start, start.plus(CYCLE_MONTHS[settings.GCVA_REVIEW_CYCLE] - 1)


def approved_validity(month: Month) -> dict[str, Validity]:
    """Return group code → months of the approved grade that is valid in a month.

    Grades approved since the run count: readers see them too.
    """
    rows = GradeInForce.objects.filter(
        from_month_index__lte=month.index, to_month_index__gte=month.index
    ).order_by("pk")
    found = rows.values_list("group_code", "from_month_index", "to_month_index")
    return {code: (Month.from_index(start), Month.from_index(end)) for code, start, end in found}


def grade_lines(published: PublishedRun) -> Iterator[tuple[str, ...]]:
    """Yield the lines of the file, header first, groups in the order of their codes."""
    approved = approved_validity(published.month)
    reviewed = review_validity(published.month)
    rows = GroupResult.objects.in_run(published.run).order_by("group_code")
    yield COLUMNS
    for row in rows.values("group_code", "effective_grade", "effective_source").iterator(
        chunk_size=_CHUNK
    ):
        yield _line(row, approved, reviewed)


def _line(
    row: Mapping[str, Any], approved: Mapping[str, Validity], reviewed: Validity
) -> tuple[str, ...]:
    code, basis = row["group_code"], row["effective_source"]
    start, end = approved.get(code, reviewed) if basis == "adjustment" else reviewed
    return harmless(code), row["effective_grade"], str(start), str(end), basis


class _Echo:
    def write(self, text: str) -> str:
        return text


def write_back_grades(*, actor: Scope, published: PublishedRun) -> Iterator[str]:
    """Return the file's text line by line, and log who took which month.

    Raises:
        NotAllowed: if the actor does not run the data.
    """
    require_action(actor, ACTION)
    log.info(
        "grades_written_back",
        username=actor.username,
        role=actor.role,
        month=str(published.month),
        run=published.run,
    )
    writer = csv.writer(_Echo())
    return (cast(str, writer.writerow(line)) for line in grade_lines(published))


class GradesFile(DoorMixin, ShellPage):
    """Answer with the file of a published month."""

    door = Door(action=ACTION)
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream the file; a month that is not published has none."""
        try:
            month = Month.parse(kwargs["month"])
        except ValueError as problem:
            raise NotInScope from problem
        published = published_run(month)
        if published is None:
            raise NotInScope
        text = write_back_grades(actor=scope_of(request), published=published)
        response = StreamingHttpResponse(text, content_type="text/csv; charset=utf-8")
        name = f"effective_grades_{month}_run{published.run}.csv"
        response.headers["Content-Disposition"] = (
            content_disposition_header(True, name) or "attachment"
        )
        return response
