"""Say the findings 本月要点 of income composition in a few sentences."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.income_composition.compute import Effect, UnitFees
from analytics.income_composition.tables import fee_labels
from analytics.kpi import Kpi
from analytics.wording import compared, sentence, strong
from core import formats


def overview(place: str, whole: UnitFees, total: Kpi) -> SafeString:
    """Say the fees together and how they moved; or that they are masked, or none."""
    if not whole.n_groups:
        return sentence([format_html(_("{place}本月没有在网集团"), place=place)])
    if whole.masked:
        return sentence([format_html(_("{place}的成员费用金额已屏蔽"), place=place)])
    if not whole.fee_total_li:
        return sentence([format_html(_("{place}本月没有成员费用"), place=place)])
    opening = format_html(
        _("{place}成员费用合计 {amount}"),
        place=place,
        amount=strong(str(formats.money(whole.fee_total_li))),
    )
    return sentence([opening, *compared(total)])


def largest(whole: UnitFees) -> SafeString:
    """Name the two largest fees with their shares."""
    known = [
        (share, label)
        for share, label in zip(whole.shares, fee_labels(), strict=True)
        if share is not None and share > 0
    ]
    known.sort(key=lambda each: -each[0])
    if not known:
        return sentence([])
    first = format_html(_("{fee}占比最高，为 {share}"), fee=known[0][1], share=_share(known[0][0]))
    clauses = [first]
    if len(known) > 1:
        second = format_html(_("其次是{fee}，{share}"), fee=known[1][1], share=_share(known[1][0]))
        clauses.append(second)
    return sentence(clauses)


def _share(value: float) -> SafeString:
    return strong(formats.ratio(value))


def moved(found: Sequence[Effect]) -> SafeString:
    """Name the fee whose share moved most, and what moved it."""
    if not found:
        return sentence([])
    place = max(range(len(found)), key=lambda k: abs(found[k].mix + found[k].rate))
    effect = found[place]
    step = effect.share_now - effect.share_before
    if round(step * 100, 1) == 0:
        return sentence([_("各项占比与对比月份基本一致")])
    text = _("占比变化最大的是{fee}（{points}），其中结构效应 {mix}、费率效应 {rate}")
    return sentence(
        [
            format_html(
                text,
                fee=fee_labels()[place],
                points=str(formats.points(step)),
                mix=str(formats.points(effect.mix)),
                rate=str(formats.points(effect.rate)),
            )
        ]
    )
