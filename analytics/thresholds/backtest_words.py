"""Say a replay 历史回测 in sentences and in its four figures."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alerts.backtest import Replay
from alerts.backtest_queries import Backtest
from core import formats
from core.parts import Kpi


def cards_of(replayed: Replay) -> tuple[Kpi, ...]:
    """Return the four figures of the replay."""
    total, none = replayed.total, _("没有已成熟的触发")
    lead = total.lead_months
    return (
        Kpi("n_new", _("新告警"), formats.compact(total.n_new),
            definition=_("同一规则上月未对该集团触发的命中数；连续触发只算一次。"),
            note=_("另有重复触发 {n} 次").format(n=formats.number(total.n_repeats))),
        Kpi("precision", _("准确率"), _quantity(formats.ratio(total.precision)),
            definition=_(
                "触发后 3 个月内流失、收入下降 30% 以上或降级的占比；"
                "最近 3 个账期尚未成熟，不计入。"
            ),
            reason="" if total.precision is not None else none,
            note=_("全部集团同期 {share}").format(share=formats.ratio(replayed.base_rate))),
        Kpi("lead", _("平均提前时间"), _quantity(formats.number(lead, 1), _("个月")),
            definition=_("从触发到流失、收入下降或降级的平均月数。"),
            reason="" if lead is not None else none),
        Kpi("within", _("不超上限占比"), _quantity(formats.ratio(replayed.within)),
            definition=_("每位客户经理每个账期的新告警不超过上限的人月占比。"),
            note=_("上限每人每月 {n} 条").format(n=replayed.budget)),
    )  # fmt: skip


def _quantity(text: str, unit: str = "") -> formats.Quantity:
    return formats.Quantity(text, unit)


def replay_said(replayed: Replay, found: Backtest, *, tried: bool) -> SafeString:
    """Say how many alerts there were and how many came true."""
    total, months = replayed.total, len([each for each in replayed.months if each.is_known])
    words = _("{months} 个账期按试算值") if tried else _("{months} 个账期按当时阈值")
    said = [
        format_html(
            _("{which}共触发新告警 <strong>{new}</strong> 条，重复 {repeats} 次。"),
            which=words.format(months=months),
            new=formats.number(total.n_new),
            repeats=formats.number(total.n_repeats),
        )
    ]
    if tried:
        stored = formats.number(found.stored.total.n_new)
        said.append(format_html(_("按当时阈值为 {n} 条。"), n=stored))
    if total.n_mature:
        text = _(
            "已成熟的 {all} 次触发中，{n} 次（<strong>{share}</strong>）在 3 个月内流失、"
            "收入下降 30% 以上或降级。"
        )
        said.append(
            format_html(
                text,
                all=formats.number(total.n_mature),
                n=formats.number(total.n_followed),
                share=formats.ratio(total.precision),
            )
        )
    gap = "" if formats.is_chinese() else " "
    return format_html_join(gap, "{}", [(each,) for each in said])
