"""Read from an address of the site what its reader saw there: module, month, run, place, filters.

The address comes from the browser, so everything in it is asked again: a module the reader may not
open, a foreign unit, account manager or group is refused as the page itself would refuse it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from accounts import policies
from accounts.queries import selection_for
from accounts.scope import Scope, Selection
from analytics.group_queries import group_in
from analytics.queries import serves_in_scope
from analytics.question_models import DataQuestion
from analytics.reading import Reading, month_asked
from core.errors import DomainError, NotInScope
from core.month import Month
from warehouse import queries as warehouse

CARRIED = ("unit", "am", "month", "compare")
LONGEST_URL = 1000
MOST_FILTERS = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """Be what stood on a page when somebody doubted a figure of it."""

    url: str
    slug: str
    selection: Selection
    month: Month | None = None
    run: int | None = None
    group_code: str = ""
    filters: dict[str, str] = field(default_factory=dict)

    def question(self, code: str, label: str, value: str) -> DataQuestion:
        """Return a question about one figure of it, not stored yet."""
        return DataQuestion(
            slug=self.slug,
            url=self.url,
            month_index=self.month.index if self.month else None,
            run=self.run,
            level=self.selection.level,
            unit_code=self.selection.unit_code,
            account_manager_code=self.selection.account_manager_code,
            group_code=self.group_code,
            filters=self.filters,
            figure_code=code.strip()[:60],
            figure_label=(label.strip() or code.strip())[:100],
            value_shown=value.strip()[:100],
        )


def seen_at(scope: Scope, address: str) -> Seen:
    """Return what a reader saw at an address of this site (path and query).

    Raises:
        DomainError: if it is no page with figures.
        NotInScope: if it names what is not the reader's, exactly as if there were none.
        NotAllowed: if the reader may not open that module.
    """
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or len(address) > LONGEST_URL or "\x00" in address:
        raise _no_page()
    try:
        match = resolve(parts.path)
    except Resolver404 as problem:
        raise _no_page() from problem
    slug = module_of(match.url_name or "")
    given = dict(parse_qsl(parts.query))
    policies.require(scope, slug, "totals")
    published = tuple(warehouse.published_runs())
    runs = [each.run for each in published[:1]]
    selection = selection_for(
        scope,
        unit=given.get("unit", ""),
        account_manager=given.get("am", ""),
        serves=lambda code: serves_in_scope(scope, runs, code),
    )
    reading = Reading(scope, selection, published, month_asked(given.get("month", "")))
    group_code = str(match.kwargs.get("group_code", ""))
    if group_code:
        _require_group(scope, slug, reading, group_code)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    filters = {name: value[:100] for name, value in given.items() if name not in CARRIED}
    return Seen(
        url=path,
        slug=slug,
        selection=selection,
        month=reading.month,
        run=reading.run.run if reading.run else None,
        group_code=group_code,
        filters=dict(list(filters.items())[:MOST_FILTERS]),
    )


def module_of(url_name: str, modules: Sequence[str] = tuple(policies.ACCESS_TABLE)) -> str:
    """Return the module an address belongs to.

    Raises:
        DomainError: if it is no module's.
    """
    for slug in modules:
        if url_name == slug or url_name.startswith(f"{slug}_"):
            return slug
    raise _no_page()


def _require_group(scope: Scope, slug: str, reading: Reading, group_code: str) -> None:
    policies.require(scope, slug, "group", group_code=group_code)
    if reading.run is None:
        raise NotInScope
    group_in(scope, reading.run.run, group_code)


def _no_page() -> DomainError:
    return DomainError(
        "no_such_page",
        _("该地址不是可提出疑问的页面。"),
        _("请在专题页面的指标、图表或表头上点击“?”（提出数据疑问）。"),
        "at",
    )
