"""Say for whom, for which day and from which month's data today's to-do 今日待办 is drawn up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from analytics.reading import PlaceReading
from core.errors import NotInScope
from core.month import Month


@dataclass(frozen=True)
class Desk(PlaceReading):
    """Be one account manager's desk: the real day, and the newest published month.

    Whatever month the page around it shows, what is to be done today follows from the newest one;
    so the links lead there too.
    """

    today: dt.date

    @property
    def month(self) -> Month:
        """Return the newest published month."""
        if not self.reading.published:
            raise NotInScope
        return self.reading.published[0].month

    @property
    def run(self) -> int:
        """Return its run."""
        if not self.reading.published:
            raise NotInScope
        return self.reading.published[0].run

    @property
    def is_own(self) -> bool:
        """Tell whether the reader looks at the own groups, not at those of one stood in for."""
        return self.selection.account_manager_code == self.scope.own_account_manager_code

    def page(self, name: str, **params: str) -> str:
        """Return the link to a page about the same groups."""
        place = {} if self.is_own else self.selection.params
        query = urlencode({**place, **params})
        return f"{reverse(name)}?{query}" if query else reverse(name)

    def group(self, group_code: str, tab: str) -> str:
        """Return the link to one group's tab."""
        path = reverse("grading_group", args=[group_code])
        return path if tab == "basic" else f"{path}?{urlencode({'tab': tab})}"
