"""Declare the tables of the room: by unit, by segment 细分市场, one account manager's groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.price_elasticity.compute import CLASSES, REFUSALS
from analytics.price_elasticity.units import UnitElasticity
from analytics.price_elasticity.words import (
    CLASS_LABELS,
    REFUSAL_LABELS,
    STREAM_LABELS,
    interval,
    why_none,
)
from analytics.queries import By
from analytics.unit_tables import SIZE_BANDS, UNIT_HEADINGS, UNIT_TITLES, climbed, no_rank
from core import formats
from core.masked import MASKED
from core.month import Month
from core.table import Column, Filter, Table


def _no_eta(row: UnitElasticity) -> str:
    return why_none(row.n_groups, row.n_measured)


def _eta(row: UnitElasticity) -> Any:
    return MASKED if row.masked else row.eta


def _epsilon(row: UnitElasticity) -> Any:
    return MASKED if row.masked else row.epsilon


def _of_all(row: UnitElasticity) -> str:
    return f"/ {formats.number(row.n_groups)}"


def _sum(name: str, label: str, *, said: Any = "", in_page: bool = True) -> Column:
    return Column(name, label, "int", value=lambda row: row.sums[name], help=said, in_page=in_page)


def units_table(by: By, stream: str, link: Callable[[UnitElasticity], str]) -> Table:
    """Declare one stream by unit: η first, ε beside it, how many could be measured and why not."""
    eta, epsilon = _("收入弹性 η"), _("需求弹性 ε")
    return Table(
        name="units",
        title=f"{UNIT_TITLES[by]} · {STREAM_LABELS[stream]}",
        default_sort="rank",
        page_size=200,
        row_url=link,
        columns=(
            Column(
                "rank",
                _("排名"),
                "int",
                sort="rank",
                reason=no_rank,
                totalled=False,
                help=_("按收入弹性 η 从高到低"),
            ),
            Column("moved", _("变化"), "text", value=climbed, export=False, api=False),
            Column("rank_change", _("名次变化"), "int", in_page=False),
            Column("code", _("编码"), "text", in_page=False),
            Column("name", UNIT_HEADINGS[by], "text", sort="name", link=link, lead=True),
            Column("eta", eta, "score", places=2, sort="eta", reason=_no_eta, value=_eta),
            Column(
                "epsilon",
                epsilon,
                "score",
                places=2,
                sort="epsilon",
                reason=_no_eta,
                value=_epsilon,
            ),
            Column("income_li", STREAM_LABELS[stream], "money", scale="wan", sort="income_li"),
            Column("n_measured", _("可测算集团"), "int", sort="n_measured", note=_of_all),
            Column("n_groups", _("有该项收入的集团"), "int", in_page=False),
            *(_sum(f"n_{code.lower()}", code, said=REFUSAL_LABELS[code]) for code in REFUSALS),
            *(_sum(f"n_{each}", str(CLASS_LABELS[each]), in_page=False) for each in CLASSES),
            _sum("n_unclassed", str(CLASS_LABELS[""]), in_page=False),
        ),
    )


def segment_label(row: Mapping[str, Any], industries: Mapping[str, str]) -> str:
    """Name a segment: industry and size."""
    sizes = dict(SIZE_BANDS)
    industry = industries.get(row["industry_code"], row["industry_code"])
    return f"{industry} {sizes[str(row['size_band'])]}"


def _few(row: Mapping[str, Any]) -> str:
    if row["n_used"] < 10:
        return _("可用集团少于 10 个")
    return _("价格变动的集团太少")


def segments_table(stream: str, industries: Mapping[str, str]) -> Table:
    """Declare the province's segments with ε, its 95 % interval and class."""
    return Table(
        name="segments",
        title=f"{_('细分市场')} · {STREAM_LABELS[stream]}",
        default_sort="-n_used",
        page_size=100,
        searchable=False,
        filters=(
            Filter("industry_code", _("行业"), tuple(industries.items())),
            Filter(
                "price_class",
                _("弹性类别"),
                tuple((each, CLASS_LABELS[each]) for each in CLASSES),
            ),
        ),
        columns=(
            Column(
                "industry", _("行业"), "text", sort="industry_code", lead=True,
                value=lambda row: industries.get(row["industry_code"], row["industry_code"]),
            ),
            Column("industry_code", _("行业编码"), "text", in_page=False),
            Column(
                "size", _("规模"), "text", sort="size_band",
                value=lambda row: str(dict(SIZE_BANDS)[str(row["size_band"])]),
            ),
            Column("epsilon", _("需求弹性 ε"), "score", places=2, sort="epsilon", reason=_few),
            Column(
                "interval", _("95% 区间"), "text", reason=_few, export=False, api=False,
                value=lambda row: interval(row["low"], row["high"]),
            ),
            Column("low", _("区间下限"), "score", places=2, in_page=False),
            Column("high", _("区间上限"), "score", places=2, in_page=False),
            Column("price_class", _("弹性类别"), "text", in_page=False, export=False),
            Column(
                "class_label", _("弹性类别"), "text", sort="price_class", api=False,
                value=lambda row: str(CLASS_LABELS[row["price_class"]]),
            ),
            Column("n_used", _("面板集团数"), "int", sort="n_used"),
            Column("n_measured", _("可测算集团"), "int", sort="n_measured"),
            Column("n_groups", _("有该项收入的集团"), "int", sort="n_groups"),
        ),
    )  # fmt: skip


def _refused(row: Mapping[str, Any]) -> str:
    return str(REFUSAL_LABELS.get(row["refusal"], ""))


def _changed(row: Mapping[str, Any]) -> Month | None:
    return Month.from_index(row["change_month"]) if row["change_month"] else None


def _segment(row: Mapping[str, Any]) -> str:
    return interval(row["segment_low"], row["segment_high"])


def groups_table(
    stream: str, industries: Iterable[tuple[str, str]], link: Callable[[Any], str]
) -> Table:
    """Declare the list of one account manager's groups: own arc value and segment estimate."""
    names = dict(industries)
    measured = ((code, label) for code, label in REFUSAL_LABELS.items())
    return Table(
        name="groups",
        title=f"{_('集团清单')} · {STREAM_LABELS[stream]}",
        default_sort="-income_li",
        search_hint=_("名称 / 编码 / 拼音首字母"),
        row_url=link,
        filters=(
            Filter(
                "is_measured", _("可测算"), (("1", _("是")), ("0", _("否"))), field="is_measured"
            ),
            Filter("refusal", _("不可测算原因"), tuple(measured), field="refusal"),
            Filter("industry", _("行业"), tuple(names.items()), field="industry_code"),
        ),
        columns=(
            Column(
                "name", _("集团名称"), "text", sort="pinyin", link=link, wide=True,
                note=lambda row: row["group_code"],
            ),
            Column("group_code", _("集团编码"), "text", sort="group_code", in_page=False),
            Column(
                "industry", _("行业"), "text", sort="industry_code",
                value=lambda row: names.get(row["industry_code"], row["industry_code"]),
            ),
            Column("eta", _("收入弹性 η"), "score", places=2, sort="eta", reason=_refused),
            Column("epsilon", _("需求弹性 ε"), "score", places=2, sort="epsilon", reason=_refused),
            Column("income_li", STREAM_LABELS[stream], "money", sort="income_li"),
            Column(
                "price_step", _("价格变动"), "points", sort="price_step", reason=_refused,
                unit="%",
            ),
            Column(
                "change_month", _("调价账期"), "date", value=_changed, reason=_refused,
                sort="change_month", api=False,
            ),
            Column(
                "changed_in", _("调价账期"), "text", in_page=False, export=False,
                value=lambda row: str(_changed(row) or ""),
            ),
            Column("refusal", _("不可测算原因"), "text", in_page=False, export=False),
            Column(
                "refusal_label", _("不可测算原因"), "text", sort="refusal", api=False,
                value=_refused, reason=lambda row: _("可测算"),
            ),
            Column(
                "segment_epsilon", _("同类 ε"), "score", places=2, sort="segment_epsilon",
                note=_segment, reason=lambda row: _("同类集团样本不足"),
            ),
            Column(
                "class_label", _("弹性类别"), "text", api=False,
                value=lambda row: str(CLASS_LABELS[row["price_class"]]),
            ),
            Column("price_class", _("弹性类别"), "text", in_page=False, export=False),
        ),
    )  # fmt: skip
