"""Declare the tables of the score-model studio 评分模型: versions, moves by unit, movers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import formats
from core.month import Month
from core.table import Column, Table
from scoring.grades import GRADE_CODES
from scoring.models import ScoreModel
from scoring.simulate import UnitMoves


def since_of(model: ScoreModel) -> str:
    """Say from when on a version is in force."""
    if model.state == ScoreModel.State.DRAFT:
        return ""
    month = model.from_month
    return formats.month(month) if month else _("一直以来")


def versions_table() -> Table:
    """Declare the versions of the score model, newest first."""
    return Table(
        name="versions",
        title=_("模型版本"),
        page_size=20,
        searchable=False,
        columns=(
            Column(
                "version",
                _("版本"),
                "text",
                value=lambda row: f"v{row.version}",
                link=lambda row: reverse("score_models_model", args=[row.pk]),
            ),
            Column("name", _("名称"), "text", value=lambda row: row.name, wide=True),
            Column("state", _("状态"), "text", value=lambda row: row.get_state_display()),
            Column("since", _("生效账期"), "text", value=since_of),
            Column(
                "example",
                _("标记"),
                "text",
                value=lambda row: _("示例权重") if row.is_example else "",
            ),
            Column("author", _("作者"), "text", value=_author),
            Column(
                "created_at",
                _("创建时间"),
                "text",
                value=lambda row: formats.moment(row.created_at),
            ),
        ),
    )


def _author(model: ScoreModel) -> str:
    return model.author.display_name if model.author else _("系统")


def units_table(
    by: str, names: Mapping[str, str], link: Any = None, *, with_income: bool = True
) -> Table:
    """Declare the moves by city or account manager; columns of grades are net changes.

    ``with_income``: amounts of a few groups are for whom single groups are open to.
    """
    label = _("地市") if by == "city" else _("客户经理")
    income: tuple[Column, ...] = ()
    if with_income:
        income = (Column("income_moved_li", _("涉及整体收入"), "money", sort="income_moved_li"),)
    grades = tuple(
        Column(
            f"net_{grade.lower()}",
            _("未评定增减") if grade == "NR" else _("{grade} 增减").format(grade=grade),
            "delta",
            value=_net(i),
            sort=f"net_{grade.lower()}",
            places=0,
            help=_("试算后该等级集团数的增减"),
        )
        for i, grade in enumerate(GRADE_CODES)
    )
    return Table(
        name="units",
        title=_("按地市") if by == "city" else _("按客户经理"),
        page_size=50,
        default_sort="-n_moved",
        search_hint=label,
        columns=(
            Column(
                "name",
                label,
                "text",
                value=lambda row: names.get(row.code, row.code),
                sort="name",
                link=link,
            ),
            Column("n_groups", _("集团数"), "int", sort="n_groups"),
            Column("n_moved", _("变动数"), "int", sort="n_moved"),
            Column("share", _("变动占比"), "ratio", value=_share, sort="share"),
            Column("n_up", _("升级"), "int", sort="n_up", better="up"),
            Column("n_down", _("降级"), "int", sort="n_down", better="down"),
            *income,
            *grades,
        ),
    )


def _net(grade: int) -> Callable[[UnitMoves], int]:
    return lambda row: row.after[grade] - row.before[grade]


def _share(row: UnitMoves) -> float | None:
    return row.n_moved / row.n_groups if row.n_groups else None


def movers_table(month: Month) -> Table:
    """Declare the groups of one account manager that would move."""
    return Table(
        name="movers",
        title=_("等级会变动的集团"),
        page_size=50,
        default_sort="-total_income_li",
        search_hint=_("集团名称 / 编码"),
        columns=(
            Column("name", _("集团"), "text", sort="name", wide=True),
            Column("group_code", _("集团编码"), "text", sort="group_code"),
            Column("before", _("现生效等级"), "grade", sort="before"),
            Column("after", _("试算等级"), "grade", sort="after"),
            Column("score_before", _("现评分"), "score", sort="score_before"),
            Column("score_after", _("试算评分"), "score", sort="score_after"),
            Column("total_income_li", _("整体收入"), "money", sort="total_income_li"),
        ),
    )
