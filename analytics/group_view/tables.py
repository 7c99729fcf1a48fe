"""Declare the tables of the unified view 集团统一视图."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.queries import Finding
from analytics import alert_evidence
from core import formats
from core.table import Column, Filter, Table

MEMBER_STATES: Mapping[str, Any] = {
    "active": gettext_lazy("正常"),
    "stop_one_way": gettext_lazy("单向停机"),
    "stop_two_way": gettext_lazy("双向停机"),
    "arrears_stop": gettext_lazy("欠费停机"),
    "lost": gettext_lazy("挂失"),
    "pre_cancel": gettext_lazy("预销户"),
}
LEAP_YEAR = 2000  # 29 February is a birthday too
PEER_LABELS: Mapping[str, Any] = {
    "score": gettext_lazy("评分"),
    "n_members": gettext_lazy("成员数"),
    "total_income_li": gettext_lazy("集团整体收入"),
}


def indicators_table(next_grade: str) -> Table:
    """Declare the table of indicators 指标得分."""
    needed: tuple[Column, ...] = ()
    if next_grade:
        heading = _("升至 {grade} 所需").format(grade=next_grade)
        needed = (Column("needed_text", heading, "text", reason=lambda row: row.needed_reason),)
    return Table(
        name="indicators",
        title=_("指标得分"),
        searchable=False,
        columns=(
            Column("label", _("指标"), "text", note=lambda row: row.dimension),
            Column("raw_text", _("原始值"), "text", reason=lambda row: _("缺失")),
            Column("points", _("得分"), "score", reason=lambda row: _("缺失，不计分")),
            Column("reference", _("参照得分"), "score"),
            Column("weight", _("权重"), "ratio", note=lambda row: row.weight_note),
            Column("bar", _("贡献（分）"), "delta", places=2, better="up"),
            *needed,
        ),
    )


def people_table() -> Table:
    """Declare the key people 关键人; numbers are masked in the extract already."""
    return Table(
        name="people",
        title=_("关键人"),
        searchable=False,
        columns=(
            Column("name_masked", _("姓名"), "text"),
            Column("role", _("职务"), "text"),
            Column("phone_masked", _("联系电话"), "text"),
            Column("birthday", _("生日"), "text", value=_birthday),
        ),
    )


def _birthday(row: Mapping[str, Any]) -> str:
    """Write the day that comes every year; the extract holds it as ``11-24``."""
    day = row["birthday"]
    return formats.month_day(dt.date.fromisoformat(f"{LEAP_YEAR}-{day}")) if day else ""


def peers_table() -> Table:
    """Declare the group between its peers' quartiles 同类集团四分位."""
    return Table(
        name="peers",
        title=_("与同类集团比较"),
        searchable=False,
        columns=(
            Column("label", _("指标"), "text", value=lambda row: str(PEER_LABELS[row.code])),
            Column("own", _("本集团"), "text", value=lambda row: _said(row.code, row.own)),
            *(
                Column(f"q{i + 1}", heading, "text", value=_quartile(i))
                for i, heading in enumerate((_("下四分位"), _("中位数"), _("上四分位")))
            ),
            Column("place", _("位置"), "text", value=_place),
        ),
    )


def _quartile(i: int) -> Any:
    return lambda row: "—" if row.quartiles is None else _said(row.code, row.quartiles[i])


def _said(code: str, value: float | None) -> str:
    if value is None:
        return "—"
    if code.endswith("_li"):
        return str(formats.money(round(value)))
    return formats.number(value, 1 if code == "score" else 0)


def _place(row: Any) -> str:
    if row.own is None or row.quartiles is None:
        return "—"
    low, middle, high = row.quartiles
    if row.own < low:
        return _("低于下四分位")
    if row.own > high:
        return _("高于上四分位")
    return _("中位数以上") if row.own > middle else _("中位数及以下")


def findings_table() -> Table:
    """Declare what is abnormal this month 本月异常."""

    def kind(row: Finding) -> str:
        return str(alert_evidence.KINDS[row.kind])

    return Table(
        name="findings",
        title=_("本月异常"),
        searchable=False,
        columns=(
            Column("kind", _("异常类型"), "text", value=kind),
            Column("rules", _("触发规则"), "text", value=alert_evidence.rules_said),
            Column("evidence", _("触发依据"), "text", value=alert_evidence.in_words, wide=True),
        ),
    )


def states_table() -> Table:
    """Declare members by state 用户状态."""
    return Table(
        name="states",
        title=_("成员状态"),
        searchable=False,
        columns=(
            Column("label", _("用户状态"), "text"),
            Column("n", _("人数"), "int"),
            Column("share", _("占成员"), "ratio", reason=lambda row: _("没有成员")),
        ),
    )


def members_table() -> Table:
    """Declare the member rows 成员明细, for account managers only."""
    return Table(
        name="members",
        title=_("成员明细"),
        searchable=False,
        default_sort="-fees_li",
        page_size=20,
        filters=(
            Filter("status", _("用户状态"), tuple(MEMBER_STATES.items())),
            Filter("is_key", _("关键成员"), (("1", _("是")), ("0", _("否")))),
            Filter("vnet", _("V网"), (("1", _("是")), ("0", _("否")))),
        ),
        columns=(
            Column("phone_masked", _("手机号码"), "text"),
            Column(
                "status", _("用户状态"), "text", sort="status",
                value=lambda row: str(MEMBER_STATES.get(row["status"], row["status"])),
            ),
            Column("is_key", _("关键成员"), "text", value=lambda row: _yes(row["is_key"])),
            Column("vnet", _("V网"), "text", value=lambda row: _yes(row["vnet"])),
            Column("joined_on", _("入团日期"), "date", sort="joined_on"),
            Column("months_on_net", _("在网时长"), "int", sort="months_on_net", unit=_("个月")),
            Column("fees_li", _("月消费"), "money", sort="fees_li"),
            Column("mo_minutes_milli", _("主叫分钟"), "milli", sort="mo_minutes_milli"),
            Column("data_mb_milli", _("数据流量"), "milli", sort="data_mb_milli", unit="MB"),
            Column("sms", _("短信条数"), "int", sort="sms"),
        ),
    )  # fmt: skip


def _yes(value: bool | None) -> str:
    if value is None:
        return "—"
    return _("是") if value else _("否")
