"""Invented rows and figures for the component gallery; no database, no provider."""

# ruff: noqa: E501 - rows of invented figures read better on one line

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core import charts, formats
from core.indicator import Indicator
from core.kpi_card import kpi_card
from core.month import Month
from core.parts import (
    Action,
    ChartCard,
    Crumb,
    Finding,
    ModuleParts,
    MonthChoice,
    MonthLink,
    PageFacts,
    PageState,
    Place,
    Reader,
)
from core.sources import ListSource
from core.table import Column, Filter, Table
from core.table_view import TableView
from core.web import Surroundings, carry, nav_sections
from gcva.modules import DOORS

MONTH = Month(2026, 10)
COUNTIES = [
    "江汉区",
    "东湖区",
    "新桥区",
    "青山区",
    "南湖区",
    "临江县",
    "古城县",
    "云岭县",
    "白沙镇片区",
    "市直管",
]
CITIES = [
    "汉东市",
    "江北市",
    "云岭土家族苗族自治州",
    "南湖市",
    "东川市",
    "白沙市",
    "青河高新技术产业开发区",
    "临江市",
    "古城市",
    "新桥市",
    "石岭市",
    "平原新区",
    "西川市",
    "省直管",
]


@dataclass(frozen=True)
class CountyRow:
    rank: int | None
    rank_change: int
    name: str
    groups: int
    members: int
    vnet: int
    off_net_ratio: float | None
    off_net: str
    valid_ratio: float
    needed: int
    income_li: int
    step: float | None
    grade: str


def county_rows() -> list[CountyRow]:
    rows = []
    for i, name in enumerate(COUNTIES):
        members = [1920, 3920, 2552, 2652, 1474, 1232, 3815, 1600, 4914, 2418][i]
        lost = [20, 20, 42, 19, 8, 11, 67, 0, 57, 34][i]
        valid = [0.711, 0.596, 0.626, 0.733, 0.741, 0.778, 0.675, 0.589, 0.785, 0.72][i]
        rows.append(
            CountyRow(
                rank=i + 1,
                rank_change=[0, 2, 0, 1, 0, 0, 2, -1, 2, -1][i],
                name=name,
                groups=[48, 98, 88, 78, 67, 56, 109, 64, 117, 62][i],
                members=members,
                vnet=round(members * 0.42),
                off_net_ratio=lost / members if lost else None,
                off_net=f"{lost}/{members:,}",
                valid_ratio=valid,
                needed=max(0, round((0.75 - valid) * members)),
                income_li=members * 61_347,
                step=[0.024, -0.011, 0.007, 0.0, 0.031, -0.002, None, 0.012, 0.008, -0.046][i],
                grade=["A1", "A2", "B1", "B2", "C", "B1", "B2", "C", "NR", "A2"][i],
            )
        )
    return rows


def table() -> Table:
    return Table(
        name="units",
        title=_("县区明细"),
        columns=(
            Column("rank", _("排名"), "int", sort="rank"),
            Column("name", _("县区"), sort="name", link=lambda row: f"/drill/?unit={row.name}"),
            Column("groups", _("集团数"), "int", sort="groups"),
            Column("members", _("成员数"), "int", sort="members"),
            Column("grade", _("等级"), "grade", sort="grade"),
            Column(
                "off_net_ratio", _("成员离网率"), "ratio", sort="off_net_ratio", places=2,
                note=lambda row: row.off_net, reason=lambda row: _("上月没有数据"),
            ),
            Column("valid_ratio", _("有效成员占比"), "bar", sort="valid_ratio", target=0.75,
                   help=_("有语音、流量或短信使用的成员 / 成员")),
            Column("needed", _("还需"), "int", sort="needed"),
            Column("income_li", _("整体收入"), "money", sort="income_li", scale="wan"),
            Column("step", _("环比"), "points", sort="step", better="up",
                   reason=lambda row: _("对比月份没有数据")),
        ),
        filters=(Filter("grade", _("等级"), tuple((g, g) for g in ("A1", "A2", "B1", "B2", "C"))),),
        search_hint=_("县区名称"),
    )  # fmt: skip


def table_view(request: HttpRequest) -> TableView:
    rows = county_rows()
    members = sum(row.members for row in rows)
    total = CountyRow(
        rank=None, rank_change=0, name=_("合计"), groups=sum(row.groups for row in rows),
        members=members, vnet=0, off_net_ratio=278 / members, off_net=f"278/{members:,}",
        valid_ratio=0.713, needed=781, income_li=sum(row.income_li for row in rows), step=0.012,
        grade="",
    )  # fmt: skip
    return table().view(
        request.GET, ListSource(rows), path=request.path, totals=total,
        export_urls={"Excel": "/export/?format=xlsx"}, note=_("合计与上级一致"),
    )  # fmt: skip


def indicator(code: str, zh: str, en: str, unit: str, **more: object) -> Indicator:
    return Indicator(
        code, zh, en, unit, f"{zh}：月末在网、非测试。", f"{en} at month end.", "groups", **more
    )  # type: ignore[arg-type]  # a sample


def kpis() -> tuple:
    line = (0.62, 0.6, 0.64, 0.66, 0.63, 0.67, 0.7, None, 0.69, 0.7, 0.72, 0.713)
    return (
        kpi_card(indicator("n_groups", "集团客户数", "Groups", "count", better="up"), 624,
                 month_ago=620, year_ago=599, history=[599, 603, 601, 606, 612, 611, 618, 616, 620, 619, 620, 624], url="/list/"),
        kpi_card(indicator("n_members", "集团客户成员数", "Group members", "people", better="up"), 21_140,
                 month_ago=20_828, year_ago=19_790, history=[19, 18.5, 20, 21, 20, 19.6, 21, 20.2, 20.7, 21.4, 21, 21.14]),
        kpi_card(indicator("income", "集团整体收入", "Income of groups", "li", better="up"), 129_400_000_0,
                 month_ago=126_400_000_0, year_ago=119_900_000_0, history=[5, 4, 6, 7, 6, 8, 9, 8, 7, 9, 10, 11]),
        kpi_card(indicator("off_net", "成员离网率", "Members off net", "ratio", better="down"), 0.0112,
                 month_ago=0.0102, year_ago=0.0132, history=[1.1, 1.05, 1.0, 1.15, 0.95, 1.4, 1.38, 1.1, 1.0, 1.05, 1.0, 1.12]),
        kpi_card(indicator("valid", "有效成员占比", "Valid members", "ratio", better="up", target=0.75), 0.713,
                 month_ago=0.701, year_ago=0.684, history=line, note=_("距 75% 还差 3.7 个百分点")),
        kpi_card(indicator("tenure", "平均在网时长", "Mean tenure", "months"), None, reason=_("本月没有入网时间数据")),
    )  # fmt: skip


def chart_cards() -> tuple[ChartCard, ...]:
    rows = county_rows()
    months = [MONTH.plus(step) for step in range(-12, 1)]
    return (
        ChartCard(
            "by-unit", _("各县区成员数与有效成员占比"),
            charts.bar_by_unit(
                [charts.Bar(r.name, r.members, f"/drill/?unit={i}", r.valid_ratio) for i, r in enumerate(rows)],
                measure="people", label=_("成员数"), ratio_label=_("有效成员占比"), target=0.75,
            ),
            unit=_("人"), month=MONTH, scope=_("全市"), hint=_("点击柱形下钻到该县区"), span=7,
        ),
        ChartCard(
            "trend", _("成员离网率走势"),
            charts.line_trend(
                months,
                [charts.Line(_("本市"), (0.0105, 0.0103, 0.0099, 0.0109, 0.0094, 0.0142, 0.0138, None, 0.0101, 0.0104, 0.0099, 0.0099, 0.0112)),
                 charts.Line(_("全省"), (0.0118, 0.0115, 0.0112, 0.0119, 0.011, 0.015, 0.0146, 0.0122, 0.012, 0.0118, 0.0116, 0.0115, 0.0119))],
                measure="ratio",
            ),
            unit="%", scope=_("近 13 个月"), span=5,
        ),
        ChartCard(
            "waterfall", _("评分构成"),
            charts.waterfall(
                charts.Step(_("参照"), 56.0),
                [charts.Step(n, v) for n, v in zip(
                    ["统付收入", "信息化收入", "个人账单收入", "员工数", "V网用户数", "使用信息化产品数", "信息化水平", "签约时长", "成员离网率", "行业影响力", "利税"],
                    (6.2, 7.8, 3.1, 1.6, 0.9, 2.4, 0.7, -0.6, -1.1, 3.4, 0.8), strict=True)],
                charts.Step(_("评分"), 81.2),
            ),
            unit=_("分"), month=MONTH, scope=_("各项之和等于评分"), badge=_("距 A1 还差 3.8 分"), span=6,
        ),
        ChartCard(
            "pyramid", _("等级结构"),
            charts.grade_pyramid({"A1": 30, "A2": 61, "B1": 182, "B2": 355, "C": 2350}, urls={"A1": "/grade/A1/"}, rest=22),
            unit=_("个"), month=MONTH, scope=_("全省"), span=6,
        ),
        ChartCard(
            "cities", _("各地市集团整体收入"),
            charts.bar_by_unit(
                [charts.Bar(name, 129_400_000_0 // (i + 1), f"/drill/?unit={i}", 0.8 - i * 0.012) for i, name in enumerate(CITIES)],
                measure="li", label=_("整体收入"), ratio_label=_("有效成员占比"), target=0.75,
            ),
            unit=_("元"), month=MONTH, scope=_("全省"), hint=_("点击柱形下钻到该地市"), span=7,
        ),
        ChartCard(
            "distribution", _("评分分布"),
            charts.histogram(
                [i * 5 for i in range(21)],
                [3, 8, 40, 120, 260, 420, 510, 430, 330, 240, 170, 120, 90, 70, 50, 38, 30, 18, 9, 3],
                cuts=(charts.Cut("B2", 45), charts.Cut("B1", 60), charts.Cut("A2", 75), charts.Cut("A1", 85)),
                tokens=["$c"] * 9 + ["$b2"] * 3 + ["$b1"] * 3 + ["$a2"] * 2 + ["$a1"] * 3, label=_("集团数"),
            ),
            unit=_("个"), month=MONTH, scope=_("每 5 分一组"), span=5,
        ),
    )  # fmt: skip


def parts(request: HttpRequest) -> ModuleParts:
    finding = format_html(
        _("本市集团客户 <strong>{}</strong> 个，成员 <strong>{}</strong> 人，环比增加 <strong>312</strong> 人；有效成员占比 <strong>71.3%</strong>，距 75% 目标差 <strong>3.7 个百分点</strong>，还需 <strong>781</strong> 个有效成员；离网率最高的是 <strong>云岭县（2.06%）</strong>。"),
        624, formats.compact(21_140),
    )  # fmt: skip
    return ModuleParts(
        title=_("集团及成员分析"),
        facts=PageFacts(MONTH, "v3", dt.datetime(2026, 11, 3, 6, 12), 128),
        findings=(Finding(finding),),
        kpis=kpis(),
        charts=chart_cards(),
        table=table_view(request),
        actions=(Action(_("导出"), "/export/", "file-download"),),
        notices=(
            PageState(
                "superseded", _("本月依据的历史已更新"), _("2026年8月已重新发布，可重新运行本月。")
            ),
        ),
        method_html=format_html("<h2>{}</h2><p>{}</p>", _("指标口径"), "S = Σ w·s"),
    )


def surroundings(request: HttpRequest) -> Surroundings:
    months = tuple(
        MonthLink(MONTH.plus(-i), carry(request, month=str(MONTH.plus(-i))), i == 0)
        for i in range(14)
    )
    return Surroundings(
        reader=Reader("林主管", _("地市管理员"), "汉东市"),
        sections=nav_sections(
            request, DOORS, may_open=lambda slug: slug != "imports",
            waiting={"adjustments": 3, "inbox": 7},
        ),
        place=Place("HD", "汉东市", "/gallery/tree/"),
        crumbs=(Crumb(_("全省"), "/gallery/?unit=P"), Crumb("汉东市", "/gallery/?unit=HD")),
        months=MonthChoice(MONTH, months, previous_url=carry(request, month="2026-09")),
        note=_("示例省 · 演示数据为虚构"),
        home_url="/gallery/",
        search_url="/gallery/search/",
        jobs_url="/gallery/jobs/",
        notices_url="/gallery/notices/",
        n_notices=2,
        profile_url="/gallery/profile/",
        logout_url="/gallery/logout/",
    )  # fmt: skip
