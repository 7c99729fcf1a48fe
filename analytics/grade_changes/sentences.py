"""Say the findings 本月要点 of grade changes."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.grade_changes.compute import CAUSES, UnitChanges
from analytics.grade_changes.words import CAUSES as CAUSE_WORDS
from analytics.wording import NOTHING, counted, sentence, strong
from core import formats
from core.month import Month


def overview(place: str, whole: UnitChanges, earlier: Month | None) -> SafeString:
    """Say how many groups have another grade since which month."""
    if earlier is None and whole.n_first:
        return sentence([_("没有更早的已发布账期，本月等级均为首次评定或期初")])
    if earlier is None:
        return sentence([_("没有更早的已发布账期，本月也没有评定出等级")])
    n = whole.n_changed
    since = format_html(_("与{month}相比，{place}"), month=formats.month(earlier), place=place)
    if not n:
        return sentence([format_html("{}{}", since, _("没有集团变动等级"))])
    text = ngettext("等级变动集团 {n} 个", "等级变动集团 {n} 个", n)
    clauses: list[SafeString | str] = [
        format_html("{}{}", since, counted(text, n)),
        counted(ngettext("升级 {n} 个", "升级 {n} 个", whole.n_up), whole.n_up),
        counted(ngettext("降级 {n} 个", "降级 {n} 个", whole.n_down), whole.n_down),
    ]
    if whole.n_unrated:
        text = ngettext("变为未评定 {n} 个", "变为未评定 {n} 个", whole.n_unrated)
        clauses.append(counted(text, whole.n_unrated))
    if whole.changed_share is not None:
        share = strong(formats.ratio(whole.changed_share))
        clauses.append(format_html(_("变动率 {share}"), share=share))
    return sentence(clauses)


def causes(whole: UnitChanges) -> SafeString:
    """Say what the changes came from; the parts are all of them."""
    said = [
        format_html(
            _("{cause} {n} 个"),
            cause=CAUSE_WORDS[each],
            n=strong(formats.number(whole.cause(each))),
        )
        for each in CAUSES
        if whole.cause(each)
    ]
    if not said:
        return NOTHING
    return sentence([format_html("{}{}", _("按原因："), said[0]), *said[1:]])


def entries(whole: UnitChanges, earlier: Month | None) -> SafeString:
    """Say how many groups were rated for the first time, and how many left."""
    if not (whole.n_first or whole.n_lost):
        return NOTHING
    clauses: list[SafeString | str] = []
    if whole.n_first:
        n = whole.n_first
        clauses.append(counted(ngettext("首次评定 {n} 个", "首次评定 {n} 个", n), n))
    if whole.n_lost and earlier is not None:
        n = whole.n_lost
        clauses.append(counted(ngettext("退出 {n} 个", "退出 {n} 个", n), n))
    return sentence(clauses)
