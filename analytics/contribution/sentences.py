"""Say the findings 本月要点 of contribution in a few sentences."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.contribution.compute import Point, UnitIncome, share
from analytics.kpi import Kpi
from analytics.wording import amount, compared, counted, sentence, strong
from core import formats


def overview(place: str, whole: UnitIncome, total: Kpi) -> SafeString:
    """Say the total, how it moved, and its two halves."""
    if not whole.n_groups:
        return sentence([format_html(_("{place}本月没有在网集团"), place=place)])
    if whole.total_income_li is None:
        return sentence([_("本月没有订购数据，无法得出统付和集团整体收入"), _personal(whole)])
    opening = format_html(
        _("{place}集团整体收入 {amount}"),
        place=place,
        amount=strong(str(formats.money(whole.total_income_li))),
    )
    return sentence(
        [
            opening,
            *compared(total),
            amount(_("其中统付 {amount}"), whole.unified_pay_li),
            _personal(whole),
        ]
    )


def _personal(whole: UnitIncome) -> SafeString:
    return amount(_("个人账单 {amount}"), whole.personal_bill_li)


def apart(whole: UnitIncome) -> SafeString:
    """Say what is ICT within, and what outsiders pay beside it."""
    clauses: list[SafeString | str] = []
    if whole.ict_li:
        clauses.append(amount(_("信息化收入 {amount}（含集团外付费）"), whole.ict_li))
    if whole.outsider_li:
        clauses.append(amount(_("集团外付费 {amount}，不计入集团整体收入"), whole.outsider_li))
    return sentence(clauses)


def operating(whole: UnitIncome, kpi: Kpi) -> SafeString:
    """Say the share of operating income and how it moved, in percentage points."""
    if whole.operating_share is None:
        return sentence([])
    clauses: list[SafeString | str] = [
        format_html(
            _("占运营收入比 {share}"),
            share=strong(formats.ratio(whole.operating_share)),
        )
    ]
    step = kpi.month_on_month
    if step is not None:
        moved = str(formats.points(step.amount))
        level = formats.is_zero(moved)
        clauses.append(_("环比持平") if level else format_html(_("环比 {points}"), points=moved))
    return sentence(clauses)


def largest(point: Point | None) -> SafeString:
    """Say what the largest groups bring; nothing where there are no more groups than that."""
    if point is None or point.n_groups <= point.n_top:
        return sentence([])
    text = ngettext("收入最高的 {n} 个集团", "收入最高的 {n} 个集团", point.n_top)
    said = strong(formats.ratio(share(point.top_li, point.income_li)))
    return sentence(
        [format_html("{}{}", counted(text, point.n_top), format_html(_("贡献收入的 {}"), said))]
    )
