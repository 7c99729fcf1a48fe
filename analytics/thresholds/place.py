"""Say whose thresholds a page is about: the province's, a city's, one account manager's."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import policies
from accounts.doors import scope_of
from accounts.queries import person_of, selection_for
from accounts.scope import Scope, Selection
from alerts.thresholds import ACCOUNT_MANAGER, CITY, PROVINCE, InForce, Target
from analytics.page import published_for
from analytics.queries import names_of, serves_in_scope
from core.errors import NotInScope


@dataclass(frozen=True, slots=True)
class ThresholdPlace:
    """Be the place whose thresholds are shown; ``selection`` None is the operator's province."""

    scope: Scope
    selection: Selection | None
    level: str
    name: str
    may_set: bool
    city_code: str = ""
    account_manager_code: str = ""

    def target(self, code: str, grade_class: str) -> Target:
        """Name one threshold of this place."""
        return Target(code, self.level, self.city_code, self.account_manager_code, grade_class)

    def owns(self, found: InForce) -> bool:
        """Tell whether the value in force was set at this very place."""
        return found.level == self.level

    @property
    def sees_people(self) -> bool:
        """Tell whether figures by account manager are shown; the operator has no business pages."""
        return self.selection is not None and self.level != ACCOUNT_MANAGER


def place_of(request: HttpRequest) -> ThresholdPlace:
    """Resolve the URL's place within the reader's scope and let the shell show it.

    Raises:
        NotInScope: for a place that is foreign or does not exist.
    """
    scope = scope_of(request)
    unit, person = request.GET.get("unit", ""), request.GET.get("am", "")
    operates = policies.may_do(scope, "set_province_thresholds")
    if operates and not (unit or person):
        return ThresholdPlace(scope, None, PROVINCE, _("全省"), may_set=True)
    if operates and scope.is_empty:
        raise NotInScope
    runs = [each.run for each in published_for(request)[:1]]
    selection = selection_for(
        scope,
        unit=unit,
        account_manager=person,
        serves=lambda code: serves_in_scope(scope, runs, code),
    )
    request.selection = selection  # type: ignore[attr-defined]  # kept with the request
    return _at(scope, selection)


def _at(scope: Scope, selection: Selection) -> ThresholdPlace:
    """Return the place of a selection; a county has no thresholds of its own: its city's hold."""
    if selection.level == "province":
        return ThresholdPlace(
            scope, selection, PROVINCE, _("全省"),
            may_set=policies.may_do(scope, "set_province_thresholds"),
        )  # fmt: skip
    person = selection.account_manager_code
    city = selection.city_code or person_of(person).city_code
    may_set = policies.may_do(scope, "set_thresholds") and city in scope.approves_city_codes
    if not person:
        name = names_of("city", [city])[city]
        return ThresholdPlace(scope, selection, CITY, name, may_set, city)
    name = names_of("account_manager", [person])[person]
    return ThresholdPlace(scope, selection, ACCOUNT_MANAGER, name, may_set, city, person)
