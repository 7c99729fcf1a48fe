"""Declare the lists of requests 申请清单 and of how approvals turned out 调级准确率."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from adjustments.accuracy import MONTHS_AFTER, Accuracy
from adjustments.models import GradeAdjustment
from analytics.adjusting.words import STATES, age_of, last_month_of, tag_of
from core import formats
from core.indicator import Better
from core.table import Column, Filter, Table


def fitting(rows: Any, text: str) -> Any:
    """Keep requests whose group is named so."""
    return rows.filter(Q(group_name__icontains=text) | Q(group_code__icontains=text))


def counts_by_state(rows: Any) -> dict[str, int]:
    """Count requests by state."""
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def requests_table(
    link: Callable[[GradeAdjustment], str],
    counts: Mapping[str, int],
    names: Mapping[str, str],
    *,
    with_requester: bool,
) -> Table:
    """Declare the list of requests 申请清单; the choices of state say how many there are."""
    chips = tuple(
        (code, f"{label} {formats.number(counts[code])}")
        for code, label in STATES.items()
        if counts.get(code)
    )
    who = (
        Column("account_manager_code", _("客户经理编码"), in_page=False),
        Column(
            "account_manager", _("客户经理"),
            value=lambda row: names.get(row.account_manager_code, row.account_manager_code),
        ),
    )  # fmt: skip
    return Table(
        name="requests",
        title=_("申请清单"),
        page_size=20,
        search_hint=_("集团名称 / 编码"),
        row_url=link,
        filters=(Filter("state", _("状态"), chips, chips=True),),
        columns=(
            Column("group_name", _("集团名称"), sort="group_name", link=link, lead=True, wide=True),
            Column("group_code", _("集团编码"), sort="group_code"),
            Column("effective_grade", _("申请时生效"), "grade", sort="effective_grade"),
            Column("requested_grade", _("申请等级"), "grade", sort="requested_grade"),
            Column("suggested_grade", _("建议等级"), "grade", sort="suggested_grade"),
            Column("score", _("评分"), "score", sort="score", reason=_not_rated),
            Column(
                "state", _("状态"), value=lambda row: row.get_state_display(),
                draw=state_dot,
            ),
            Column("waiting", _("已等待工作日"), "int", value=_waiting, reason=_decided),
            *(who if with_requester else ()),
            Column("submitted_at", _("提交时间"), value=_submitted, sort="submitted_at"),
            Column("validity_months", _("有效期（月）"), "int", in_page=False),
            Column("until", _("有效至"), "date", value=last_month_of),
            Column("decided_by", _("审批人"), value=_decider),
            Column(
                "decided_at", _("审批时间"), in_page=False,
                value=lambda row: formats.moment(row.decided_at),
            ),
            Column("reason", _("申请理由"), in_page=False),
            Column("comment", _("审批意见"), in_page=False),
        ),
    )  # fmt: skip


def state_dot(row: GradeAdjustment) -> SafeString:
    """Draw the colour of a request's state; the word beside it says the same."""
    return format_html('<span class="gc-ask-dot gc-ask-dot-{}"></span>', tag_of(row))


def _not_rated(row: GradeAdjustment) -> str:
    return _("指标不足，未评分")


def _decided(row: GradeAdjustment) -> str:
    return _("不在审批中")


def _waiting(row: GradeAdjustment) -> int | None:
    age = age_of(row)
    return age.days if age else None


def _submitted(row: GradeAdjustment) -> str:
    if row.submitted_at is None:
        return ""
    return formats.day(timezone.localtime(row.submitted_at).date())


def _decider(row: GradeAdjustment) -> str:
    return row.decided_by.get_full_name() if row.decided_by else ""


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """Be one unit's approvals with its name."""

    code: str
    name: str
    accuracy: Accuracy

    def __getattr__(self, name: str) -> Any:
        """Return a count of the accuracy by its name."""
        return getattr(self.accuracy, name)


def accuracy_table(heading: str) -> Table:
    """Declare how approvals turned out by unit 调级准确率."""
    up: Better = "up"
    return Table(
        name="accuracy",
        title=_("调级准确率"),
        page_size=200,
        searchable=False,
        columns=(
            Column("code", _("编码"), in_page=False),
            Column("name", heading, lead=True),
            Column("n_approved", _("已同意"), "int", sort="n_approved"),
            Column("n_measured", _("可检验"), "int", sort="n_measured"),
            Column("n_right", _("准确"), "int", sort="n_right"),
            Column("n_toward", _("方向正确"), "int", sort="n_toward"),
            Column("n_gone", _("集团已退出"), "int", sort="n_gone"),
            Column("n_immature", _("未到期检验"), "int", sort="n_immature"),
            Column(
                "right_ratio", _("调级准确率"), "ratio", sort="right_ratio", better=up,
                reason=lambda row: _("批准满 {n} 个月后检验").format(n=MONTHS_AFTER),
                note=lambda row: f"{row.n_right}/{row.n_measured}" if row.n_measured else "",
            ),
        ),
    )  # fmt: skip
