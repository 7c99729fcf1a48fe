"""Show a model tried out on a published month 试算: what moves, where, how much income with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies
from accounts.doors import DoorMixin, scope_of
from accounts.models import AccountManager, OrgUnit
from accounts.queries import selection_for
from accounts.scope import Selection
from core import exports, formats
from core.chart_heat import Heat, heat_map
from core.errors import DomainError, NotInScope
from core.month import Month
from core.parts import ChartCard, Kpi, ModuleParts, PageFacts, PageState
from core.sources import ListSource
from core.table import Table
from core.table_view import TableView
from core.web import ShellPage
from scoring.grades import GRADE_CODES
from scoring.models import ScoreModel
from scoring.pages import SEES
from scoring.queries import model_of, score_model
from scoring.simulate import Moves, UnitMoves
from scoring.simulations import Mover, Simulation, movers, simulate
from scoring.studio_tables import movers_table, units_table
from warehouse.queries import PublishedRun, published_runs


@dataclass(frozen=True)
class SimulationParts(ModuleParts):
    """Be the result of a simulation, or why there is none."""

    model: ScoreModel | None = None
    months: tuple[Month, ...] = ()
    month: Month | None = None
    base: str = ""
    units: TableView | None = None
    movers: TableView | None = None
    state: PageState | None = None
    seen_from: str = ""


class _Simulated(DoorMixin, ShellPage):
    """Hold what the page and its export both read from the address."""

    door = SEES

    @cached_property
    def model(self) -> ScoreModel:
        """Return the version that is tried out."""
        return score_model(scope_of(self.request), self.kwargs["model_id"])

    @cached_property
    def published(self) -> tuple[PublishedRun, ...]:
        """Return the published runs, newest first; read once."""
        return published_runs()

    @property
    def months(self) -> tuple[Month, ...]:
        """Return the published months, newest first."""
        return tuple(each.month for each in self.published)

    @cached_property
    def month(self) -> Month:
        """Return the month asked for; the newest without one."""
        asked = self.request.GET.get("month", "")
        try:
            month = Month.parse(asked) if asked else self.months[0]
        except (ValueError, IndexError) as problem:
            raise NotInScope from problem
        if month not in self.months:
            raise NotInScope
        return month

    @cached_property
    def simulation(self) -> Simulation:
        """Return the model tried out on the month."""
        return simulate(scope_of(self.request), self.model.parsed(), self.month, self.published)

    @property
    def sees_income(self) -> bool:
        """Tell whether amounts of a few groups may be read: by whom single groups are open to."""
        return policies.may(scope_of(self.request), "grading", "group")

    @cached_property
    def city(self) -> str:
        """Return the city whose account managers are asked for; '' for the cities."""
        asked = self.request.GET.get("unit", "")
        if asked and asked not in {each.code for each in self.simulation.moves.cities}:
            raise NotInScope
        return asked

    @cached_property
    def selection(self) -> Selection | None:
        """Return the account manager whose movers are asked for."""
        person = self.request.GET.get("am", "")
        if not person:
            return None
        serves = {each.code for each in self.simulation.moves.account_managers}
        return selection_for(
            scope_of(self.request),
            unit=self.city,
            account_manager=person,
            serves=serves.__contains__,
        )

    def units(self) -> tuple[Table, list[UnitMoves]]:
        """Return the table of units and its rows."""
        moves = self.simulation.moves
        if self.city:
            rows = [each for each in moves.account_managers if each.city_code == self.city]
            names = _names(AccountManager, rows)
            may_list = policies.may(
                scope_of(self.request), "grading", "rows", Selection(level="account_manager")
            )
            return units_table(
                "account_manager",
                names,
                self._to("am") if may_list else None,
                with_income=self.sees_income,
            ), rows
        rows = list(moves.cities)
        return units_table(
            "city", _names(OrgUnit, rows), self._to("unit"), with_income=self.sees_income
        ), rows

    def _to(self, name: str) -> Any:
        """Return what links a row to the page one step further down."""
        path = reverse("score_models_simulate", args=[self.model.pk])
        kept = f"?month={self.month}" + (f"&unit={self.city}" if self.city else "")
        return lambda row: f"{path}{kept}&{name}={row.code}"


def _names(model: Any, rows: list[UnitMoves]) -> Mapping[str, str]:
    codes = [row.code for row in rows]
    return dict(model.objects.filter(code__in=codes).values_list("code", "name"))


class SimulationPage(_Simulated):
    """Try a version out on a published month."""

    template_name = "score_models/simulation.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what moves; a table's region alone when htmx asks for it."""
        if not self.months:
            return self.show(self._nothing())
        target = request.headers.get("HX-Target", "")
        if target == "table-units":
            return self.show(self._units(), template="partials/table_region.html")
        if target == "table-movers" and self.selection is not None:
            return self.show(self._movers(), template="partials/table_region.html")
        return self.show(self.parts())

    def _nothing(self) -> SimulationParts:
        return SimulationParts(
            title=_("试算"),
            model=self.model,
            state=PageState(
                "not_published", _("还没有已发布的账期"), _("发布一个账期后即可在其上试算模型。")
            ),
        )

    def parts(self) -> SimulationParts:
        """Return the page."""
        simulation = self.simulation
        run = next(each for each in self.published if each.month == self.month)
        base = model_of(run.model_version_id) if run.model_version_id else None
        return SimulationParts(
            title=_("试算"),
            facts=PageFacts(
                self.month, f"v{base.version}" if base else "", run.published_at, run.run
            ),
            kpis=_kpis(simulation.moves, with_income=self.sees_income),
            charts=(_matrix(simulation.moves, self.month, with_income=self.sees_income),),
            model=self.model,
            months=self.months,
            month=self.month,
            base=str(base or ""),
            units=self._units(),
            movers=self._movers() if self.selection is not None else None,
            seen_from=self.city,
        )

    def _units(self) -> TableView:
        table, rows = self.units()
        path = reverse("score_models_simulate_export", args=[self.model.pk])
        kept = f"?month={self.month}&unit={self.city}"
        return table.view(
            self.request.GET,
            ListSource(rows),
            path=reverse("score_models_simulate", args=[self.model.pk]),
            export_urls={kind: f"{path}{kept}&format={kind}" for kind in ("xlsx", "csv")},
        )

    def _movers(self) -> TableView:
        assert self.selection is not None  # noqa: S101 - callers looked
        found = movers(scope_of(self.request), self.simulation, self.selection)
        return movers_table(self.month).view(
            self.request.GET,
            ListSource(list(found)),
            path=reverse("score_models_simulate", args=[self.model.pk]),
        )


class SimulationExport(_Simulated):
    """Hand out the moves by unit, or an account manager's movers, as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the file."""
        table: Table
        rows: list[UnitMoves] | list[Mover]
        table, rows = self.units()
        if self.selection is not None:
            found = movers(scope_of(request), self.simulation, self.selection)
            table, rows = movers_table(self.month), list(found)
        notes = exports.Notes(
            (
                (_("账期"), formats.month(self.month)),
                (_("运行"), f"#{self.simulation.run}"),
                (_("试算模型"), str(self.model)),
                (_("口径"), _("按试算模型重新评分定级，与当前生效等级比较")),
            )
        )
        query = table.query(request.GET)
        ordered = ListSource(list(rows)).stream(table, query)
        name = f"{_('试算')}_v{self.model.version}_{self.month}"
        kind = request.GET.get("format", "")
        if not kind:
            raise DomainError("no_format", _("请选择导出格式。"), "xlsx / csv", "format")
        return exports.file_response(table, ordered, kind=kind, name=name, notes=notes)


def _kpis(moves: Moves, *, with_income: bool) -> tuple[Kpi, ...]:
    whole = moves.whole
    income = whole.income_moved_li if with_income else moves.income_of_many_li
    return (
        Kpi("n_moved", _("等级变动集团"), formats.compact(whole.n_moved), ratio=_share(whole),
            definition=_("试算等级与当前生效等级不同的集团数")),
        Kpi("n_up", _("升级"), formats.compact(whole.n_up)),
        Kpi("n_down", _("降级"), formats.compact(whole.n_down)),
        Kpi("income_moved", _("涉及整体收入"), formats.money(income),
            definition=_("等级变动集团的集团整体收入之和")),
        Kpi("n_suggested", _("建议等级变动"), formats.compact(moves.n_suggested_moved),
            definition=_("建议等级与当前不同的集团数；有审批结果或未到评审月时生效等级可能不变")),
        Kpi("psi", "PSI", formats.compact(moves.psi, places=3),
            definition=_("评分分布稳定性：小于 0.10 稳定，0.10–0.25 关注，大于 0.25 变化显著")),
    )  # fmt: skip


def _share(whole: UnitMoves) -> float | None:
    return whole.n_moved / whole.n_groups if whole.n_groups else None


def _hover(before: str, after: str, n: int, income_li: int) -> str:
    text = _("{a} → {b}：{n} 个集团，整体收入 {money}")
    return text.format(a=before, b=after, n=formats.number(n), money=formats.money(income_li))


def _matrix(moves: Moves, month: Month, *, with_income: bool) -> ChartCard:
    names = [_("未评定") if grade == "NR" else grade for grade in GRADE_CODES]
    cells = [
        [
            Heat(
                None if i == j or not n else float(n),
                formats.number(n) if n else "—",
                hover=_hover(names[i], names[j], n, moves.income_li[i][j]) if with_income else "",
            )
            for j, n in enumerate(line)
        ]
        for i, line in enumerate(moves.groups)
    ]  # fmt: skip
    return ChartCard(
        name="moves",
        title=_("等级迁移：现生效 → 试算"),
        drawing=heat_map(names, names, cells, corner=_("现生效等级")),
        unit=_("个集团"),
        month=month,
        span=12,
    )
