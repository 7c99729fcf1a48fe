"""List one account manager's groups 集团清单: columns, filters, order, and who stands beside whom.

The grading page shows the list, its exports and API repeat it, and the unified view walks along it
in the order its reader left it in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.queries import within
from accounts.scope import Scope, Selection
from analytics.adjusted import Asks, adjusted_to, until_said
from analytics.following import Marks
from analytics.queries import search_groups
from analytics.stars import star
from analytics.unit_tables import SIZE_BANDS
from core.sources import QuerySource
from core.table import Column, Filter, Table
from warehouse.dictionary_names import industry_names
from warehouse.mart_models import GroupResult
from warehouse.models import NamePinyin

GRADES = ("A1", "A2", "B1", "B2", "C")
FOLLOWED = "followed"
MOST_BESIDE = 5000
NO_ASKS = Asks()
#: The state of a list that a link to one of its groups carries along, under ``list``.
STATE = ("sort", "q", "grade", "industry", "size_band", "follow")
LIST_FIELDS = (
    "group_code",
    "name",
    "city_code",
    "county_code",
    "account_manager_code",
    "industry_code",
    "size_band",
    "n_members",
    "total_income_li",
    "score",
    "suggested_grade",
    "effective_grade",
    "effective_source",
    "adjusted_to",
)


def groups_of(scope: Scope, run: int, selection: Selection) -> QuerySet[Any]:
    """Return the selection's groups of one run 集团清单, as dicts, with pinyin for the order."""
    pinyin = NamePinyin.objects.filter(name=OuterRef("name")).values("pinyin")[:1]
    rows: QuerySet[Any] = GroupResult.objects.in_run(run).visible_to(scope)
    listed: QuerySet[Any] = (
        rows.filter(within(selection))
        .annotate(
            score_change=F("score") - F("prev_score"),
            pinyin=Subquery(pinyin),
            adjusted_to=adjusted_to(),
        )
        .values(*LIST_FIELDS, "score_change", "pinyin")
    )
    return listed


def groups_table(
    industries: Iterable[tuple[str, str]],
    link: Callable[[Any], str],
    marks: Marks,
    asks: Asks = NO_ASKS,
) -> Table:
    """Declare the list of one account manager's groups 集团清单."""
    names = dict(industries)
    return Table(
        name="groups",
        title=_("集团清单"),
        default_sort="-total_income_li",
        search_hint=_("名称 / 编码 / 拼音首字母"),
        row_url=link,
        filters=(
            Filter(
                "grade", _("生效等级"), (*((g, g) for g in GRADES), ("NR", _("未评定"))),
                field="effective_grade",
            ),
            Filter("industry", _("行业"), tuple(names.items()), field="industry_code"),
            Filter("size_band", _("规模"), SIZE_BANDS, field="size_band"),
            follow_filter(marks),
        ),
        columns=(
            Column(
                "name", _("集团名称"), "text", sort="pinyin", link=link, wide=True,
                draw=lambda row: star(
                    row["group_code"], row["name"],
                    is_followed=marks.of(row["group_code"]).is_followed,
                ),
                note=lambda row: _("、").join(marks.of(row["group_code"]).tags),
            ),
            Column("group_code", _("集团编码"), "text", sort="group_code"),
            Column(
                "industry", _("行业"), "text", sort="industry_code",
                value=lambda row: names.get(row["industry_code"], row["industry_code"]),
            ),
            Column(
                "effective_grade", _("生效等级"), "grade", sort="effective_grade",
                note=lambda row: until_said(row["effective_source"], row["adjusted_to"]),
            ),
            Column("suggested_grade", _("建议等级"), "grade", sort="suggested_grade"),
            Column("score", _("评分"), "score", sort="score", reason=_not_rated),
            Column(
                "score_change", _("评分环比"), "delta", better="up", sort="score_change",
                reason=lambda row: _("上月没有评分"),
            ),
            Column("n_members", _("成员数"), "int", sort="n_members"),
            Column("total_income_li", _("集团整体收入"), "money", sort="total_income_li"),
            *asking(asks),
        ),
    )  # fmt: skip


def asking(asks: Asks) -> tuple[Column, ...]:
    """Return the column that leads to a request 申请调级; none for who may not ask."""
    if not asks.may_ask:
        return ()
    return (
        Column(
            "request", _("等级调整"), export=False, api=False, is_step=True,
            value=lambda row: asks.label(row["group_code"]),
            link=lambda row: asks.url(row["group_code"]),
        ),
    )  # fmt: skip


def _not_rated(row: Any) -> str:
    return _("指标不足，未评分")


def follow_filter(marks: Marks) -> Filter:
    """Declare the choice of what the reader marked 我的关注: followed groups, or one own tag."""
    tags = tuple((f"tag:{tag}", tag) for tag in marks.tags)

    def narrow(rows: Any, value: str) -> Any:
        codes = marks.followed if value == FOLLOWED else marks.tagged(value.removeprefix("tag:"))
        return rows.filter(group_code__in=codes)

    choices = ((FOLLOWED, _("已关注")), *tags)
    return Filter("follow", _("我的关注"), choices, narrow=narrow, chips=True)


def state_of(given: Mapping[str, str], county: str = "") -> str:
    """Return the state of a list as one value of an address; empty for the plain list.

    ``county`` is set where the list shows only that county's groups of its account manager.
    """
    state = QueryDict(mutable=True)
    if county:
        state["unit"] = county
    for name in STATE:
        if given.get(name):
            state[name] = given[name]
    return state.urlencode()


def county_in(state: str, group: Any) -> str:
    """Return the group's county where the list showed only that one's groups."""
    is_own = QueryDict(state[:500]).get("unit") == group.county_code
    return str(group.county_code) if is_own else ""


def beside(
    scope: Scope, run: int, group: Any, state: str, marks: Callable[[], Marks]
) -> tuple[str, str] | None:
    """Return the codes before and after a group in the list its reader came from.

    The list is that of the group's own account manager, with the order and filters of ``state``
    and, where that names it, only of the group's own county; None where the group is not in it.
    """
    given = QueryDict(state[:500])
    place = Selection(
        "account_manager",
        account_manager_code=group.account_manager_code,
        county_code=county_in(state, group),
    )
    noted = marks() if given.get("follow") else Marks()
    table = groups_table(industry_names() if given.get("industry") else (), lambda row: "", noted)
    source = QuerySource(groups_of(scope, run, place), tie="group_code", search=search_groups)
    ordered = source.ordered(table, table.query(given)).values_list("group_code", flat=True)
    codes = ["", *ordered[:MOST_BESIDE], ""]
    if group.group_code not in codes:
        return None
    at = codes.index(group.group_code)
    return codes[at - 1], codes[at + 1]
