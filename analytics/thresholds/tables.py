"""Declare the tables of a backtest 历史回测: by account manager, by month, by rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext as _

from alerts.backtest import MonthTally, PersonTally, Replay, Tally
from alerts.threshold_words import rule_name
from core import formats
from core.month import Month
from core.table import Column, Table

By = Literal["account_manager", "month", "rule"]


@dataclass(frozen=True, slots=True)
class TallyRow:
    """Be one row of a backtest's table, whatever it is by."""

    code: str
    name: str
    order: int
    n_hits: int
    n_repeats: int
    n_new: int
    n_mature: int
    n_followed: int
    precision: float | None
    lead_months: float | None
    n_over: int = 0
    most: int = 0
    n_months: int = 0
    is_mature: bool = True


def tally_row(code: str, name: str, tally: Tally, order: int) -> TallyRow:
    """Lay one tally out as a row."""
    return TallyRow(
        code=code,
        name=name,
        order=order,
        n_hits=tally.n_hits,
        n_repeats=tally.n_repeats,
        n_new=tally.n_new,
        n_mature=tally.n_mature,
        n_followed=tally.n_followed,
        precision=tally.precision,
        lead_months=tally.lead_months,
    )


def rows_by(by: By, found: Replay, names: Mapping[str, str]) -> Sequence[TallyRow]:
    """Return the rows of a replay."""
    if by == "month":
        return [_month_row(each) for each in found.months if each.is_known]
    if by == "rule":
        return [
            tally_row(rule, rule_name(rule), tally, place)
            for place, (rule, tally) in enumerate(found.rules.items())
        ]
    return [_person_row(each, names, place) for place, each in enumerate(found.people)]


def _month_row(each: MonthTally) -> TallyRow:
    month = Month.from_index(each.month)
    row = tally_row(str(month), formats.month(month), each.tally, each.month)
    return replace(row, is_mature=each.is_mature, n_over=each.n_people - each.n_within)


def _person_row(each: PersonTally, names: Mapping[str, str], place: int) -> TallyRow:
    row = tally_row(each.code, names.get(each.code, each.code), each.tally, place)
    return replace(row, n_over=each.n_over, most=each.most, n_months=each.n_months)


HEADINGS: Mapping[By, Callable[[], str]] = {
    "account_manager": lambda: _("客户经理"),
    "month": lambda: _("账期"),
    "rule": lambda: _("规则"),
}


def tally_table(by: By, *, is_long: bool = False) -> Table:
    """Declare the table of a backtest; a long one is not ordered by name."""
    named = "order" if by == "month" else "" if is_long else "name"
    over = {
        "account_manager": (
            Column("most", _("最多的一个月"), "int", sort="most"),
            Column("n_over", _("超上限月数"), "int", sort="n_over", note=_of_months),
        ),
        "month": (Column("n_over", _("超上限客户经理"), "int", sort="n_over"),),
        "rule": (),
    }[by]
    return Table(
        name="backtest",
        title={
            "account_manager": _("按客户经理"), "month": _("按账期"), "rule": _("按规则"),
        }[by],
        default_sort="order" if by == "rule" else "-order" if by == "month" else "-n_new",
        page_size=50,
        searchable=by == "account_manager",
        columns=(
            Column("order", "", "int", sort="order", in_page=False, export=False, api=False),
            Column("code", _("编码"), "text", in_page=False),
            Column("name", HEADINGS[by](), sort=named, lead=True),
            Column("n_new", _("新告警"), "int", sort="n_new", help=_("上月同一规则未触发")),
            Column("n_repeats", _("重复"), "int", sort="n_repeats", help=_("上月同一规则也触发")),
            Column("n_hits", _("触发合计"), "int", sort="n_hits"),
            *over,
            Column(
                "precision", _("准确率"), "ratio", sort="precision", reason=_no_precision,
                note=lambda row: f"{row.n_followed}/{row.n_mature}" if row.n_mature else "",
                help=_("触发后 3 个月内流失、收入下降 30% 以上或降级"),
            ),
            Column("lead_months", _("平均提前月数"), "score", sort="lead_months", reason=_no_lead),
        ),
    )  # fmt: skip


def _of_months(row: TallyRow) -> str:
    return f"/ {row.n_months}"


def _no_precision(row: TallyRow) -> str:
    return _("没有触发") if row.is_mature else _("尚未成熟")


def _no_lead(row: TallyRow) -> str:
    return _no_precision(row) if not row.n_mature else _("没有应验")
