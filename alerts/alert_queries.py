"""Read alerts 告警 within a scope: one by one for who works on them, counted for management.

Account managers read their own groups' alerts; a city (and its counties) reads those that were
escalated 上报; the province reads totals only. Alerts stand under the owner of the newest month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, ExpressionWrapper, IntegerField, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.scope import Scope, Selection
from alerts.tally import RULES, STATES_AND_LEVELS, Tallied, is_tallied, tallied
from alerts.triage import ACTIVE, OPEN, RIGHT, State
from alerts.triage_models import Alert, AlertFiring, AlertQuerySet, AlertStep
from core.errors import NotAllowed, NotInScope
from warehouse.mart_models import GroupAlert
from warehouse.models import PublishedMonth

#: Closed alerts are listed and counted for a year 近 12 个月.
MONTHS_LISTED = 12
WORST_FIRST = ("-level", "group_code", "-weight", "rule")


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """Count alerts of one unit: by state, and the open ones by the level of their group."""

    by_state: Mapping[str, int] = field(default_factory=dict)
    groups_by_level: Mapping[int, int] = field(default_factory=dict)
    n_escalated: int = 0

    def __add__(self, other: AlertCounts) -> AlertCounts:
        """Add two units: a group stands in one of them only."""
        return AlertCounts(
            dict(Counter(self.by_state) + Counter(other.by_state)),
            dict(Counter(self.groups_by_level) + Counter(other.groups_by_level)),
            self.n_escalated + other.n_escalated,
        )

    @property
    def n_open(self) -> int:
        """Return how many are not closed."""
        return sum(self.by_state.get(state, 0) for state in OPEN)

    @property
    def n_active(self) -> int:
        """Return how many wait for somebody; put-off ones do not."""
        return sum(self.by_state.get(state, 0) for state in ACTIVE)


@dataclass(frozen=True, slots=True)
class RulePrecision:
    """Say how often a rule was right 命中率, from the reasons alerts were resolved with."""

    rule: str
    n_alerts: int  # opened within the months listed, whatever became of them
    n_judged: int  # of these, resolved with a reason
    n_right: int

    @property
    def precision(self) -> float | None:
        """Return the share that was right; None where nothing was judged."""
        return self.n_right / self.n_judged if self.n_judged else None


def open_alerts(scope: Scope, selection: Selection | None = None) -> AlertQuerySet:
    """Return the open alerts the reader may see one by one, worst group first.

    Put-off alerts are open too; ``.active()`` keeps what waits for somebody.
    """
    return listed_alerts(scope, selection).open()


def open_alerts_of(scope: Scope, group_code: str) -> AlertQuerySet:
    """Return the open alerts of one group; empty where they are not the reader's to see.

    A city administrator also sees those of a group inside a grade request or an escalated alert.
    """
    rows = Alert.objects.visible_to(scope).filter(group_code=group_code).open()
    if scope.reader != "account_manager" and not scope.opened.bases_of(group_code):
        rows = rows.escalated() if scope.reader in ("city", "county") else rows.none()
    return rows.order_by("-weight", "rule")


def steps_of_group(scope: Scope, group_code: str) -> QuerySet[AlertStep]:
    """Return what people did with a group's alerts, newest first; nothing where none is shown."""
    rows = Alert.objects.visible_to(scope).filter(group_code=group_code)
    if scope.reader != "account_manager" and "alert" not in scope.opened.bases_of(group_code):
        rows = rows.none()
    return AlertStep.objects.filter(alert__in=rows).select_related("alert").order_by("-at")


def listed_alerts(scope: Scope, selection: Selection | None = None) -> AlertQuerySet:
    """Return what the reader may see one by one: open, or closed within the year."""
    rows = Alert.objects.visible_to(scope)
    if scope.reader in ("city", "county"):
        rows = rows.escalated()
    elif scope.reader != "account_manager":
        rows = rows.none()
    if selection is not None:
        rows = rows.inside(selection)
    return rows.filter(_recent()).order_by(*WORST_FIRST)


def alert_in(scope: Scope, alert_id: int) -> Alert:
    """Return one alert with its evidence.

    Raises:
        NotInScope: if it is not in scope, exactly as if there were none.
        NotAllowed: if it is in scope, but only its total is for this reader.
    """
    row = Alert.objects.visible_to(scope).select_related("taken_by", "escalated_by")
    found = row.filter(pk=alert_id).first()
    if found is None:
        raise NotInScope
    is_own = scope.reader == "account_manager"
    if not is_own and (scope.reader == "province" or found.escalated_at is None):
        raise NotAllowed(_("该告警未上报，管理角色只看汇总。"))
    return found


def firings_of(alert: Alert) -> QuerySet[AlertFiring]:
    """Return the months in which an alert's rule fired while it was open, newest first."""
    rows = AlertFiring.objects.filter(
        group_code=alert.group_code, rule=alert.rule, month__gte=alert.opened_month
    )
    if alert.closed_month is not None:
        rows = rows.filter(month__lte=alert.closed_month)
    return rows.order_by("-month")


def clean_months_since(alert: Alert) -> int:
    """Count the published months after an alert's last firing in which its rule was judged.

    None of them fired where there is no later alert of the group and rule.
    """
    runs = PublishedMonth.objects.filter(month_index__gt=alert.last_fired_month, run__isnull=False)
    kind = alert.rule.partition("_")[0]
    if kind not in ("state", "call"):
        return runs.count()
    unjudged = GroupAlert.objects.filter(
        run__in=runs.values("run_id"), group_code=alert.group_code, **{f"{kind}_evaluable": 0}
    )
    return runs.count() - unjudged.count()


def steps_of(alert: Alert) -> QuerySet[AlertStep]:
    """Return what people did with an alert, newest first."""
    return alert.steps.order_by("-version")


def counts_in(scope: Scope, selection: Selection) -> AlertCounts:
    """Count the selection's alerts by state and its groups by level."""
    return counts_by(scope, selection, "").get("", AlertCounts())


def counts_by(scope: Scope, selection: Selection, column: str) -> dict[str, AlertCounts]:
    """Count by lower unit; ``column`` is the owner column of the level: code → counts."""
    if is_tallied(scope, selection, column):
        return _by_unit(tallied(selection, column, STATES_AND_LEVELS, MONTHS_LISTED))
    return _counted(_countable(scope, selection), column)


def _countable(scope: Scope, selection: Selection) -> AlertQuerySet:
    return Alert.objects.visible_to(scope).inside(selection).filter(_recent())


def _by_unit(rows: Iterable[Tallied]) -> dict[str, AlertCounts]:
    states: dict[str, dict[str, int]] = {}
    levels: dict[str, dict[int, int]] = {}
    escalated: Counter[str] = Counter()
    for row in rows:
        if row.kind == "level":
            levels.setdefault(row.code, {})[int(row.key)] = row.n
        else:
            states.setdefault(row.code, {})[row.key] = row.n
            escalated[row.code] += row.n_escalated
    return {
        code: AlertCounts(counted, levels.get(code, {}), escalated[code])
        for code, counted in states.items()
    }


def _counted(rows: AlertQuerySet, column: str) -> dict[str, AlertCounts]:
    """Count in two queries, whatever the number of units."""
    by = (column,) if column else ()
    states: dict[str, dict[str, int]] = {}
    escalated: dict[str, int] = {}
    found = (
        rows.order_by()
        .values(*by, "state")
        .annotate(
            n=Count("pk"), up=Count("pk", filter=Q(escalated_at__isnull=False, state__in=OPEN))
        )
    )
    for row in found:
        code = row.get(column, "")
        states.setdefault(code, {})[row["state"]] = row["n"]
        escalated[code] = escalated.get(code, 0) + row["up"]
    levels: dict[str, dict[int, int]] = {}
    grouped = rows.active().order_by().values(*by, "level")
    for row in grouped.annotate(n=Count("group_code", distinct=True)):
        levels.setdefault(row.get(column, ""), {})[row["level"]] = row["n"]
    return {
        code: AlertCounts(counted, levels.get(code, {}), escalated[code])
        for code, counted in states.items()
    }


def precision_in(
    scope: Scope, selection: Selection, rules: Iterable[str]
) -> tuple[RulePrecision, ...]:
    """Return each rule's precision in the selection, in the order of the rules."""
    if is_tallied(scope, selection):
        rows = tallied(selection, "", RULES, MONTHS_LISTED)
        found = {row.key: RulePrecision(row.key, row.n, row.n_judged, row.n_right) for row in rows}
    else:
        found = _judged(_countable(scope, selection))
    return tuple(found.get(rule, RulePrecision(rule, 0, 0, 0)) for rule in rules)


def _judged(rows: AlertQuerySet) -> dict[str, RulePrecision]:
    judged = Q(state=State.RESOLVED)
    found = (
        rows.order_by()
        .values("rule")
        .annotate(
            n_alerts=Count("pk"),
            n_judged=Count("pk", filter=judged),
            n_right=Count("pk", filter=judged & Q(reason__in=RIGHT)),
        )
    )
    return {row["rule"]: RulePrecision(**row) for row in found}


def _recent() -> Q:
    """Keep what is open, and what was closed within the months listed."""
    published = PublishedMonth.objects.filter(run__isnull=False).order_by("-month_index")
    newest = Subquery(published.values("month_index")[:1])
    first = ExpressionWrapper(newest - (MONTHS_LISTED - 1), output_field=IntegerField())
    return Q(closed_month__isnull=True) | Q(closed_month__gte=first)
