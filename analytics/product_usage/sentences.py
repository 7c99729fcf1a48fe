"""Say the findings 本月要点 of product usage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.product_usage.compute import Usage
from analytics.wording import counted, sentence, strong
from core import formats


def overview(place: str, n_groups: int, rows: Sequence[Usage]) -> SafeString:
    """Say how many groups there are and how many products at least one of them uses."""
    if not n_groups:
        return sentence([format_html(_("{place}本月没有在网集团"), place=place)])
    text = ngettext("{place}集团客户 {n} 个", "{place}集团客户 {n} 个", n_groups)
    said: list[SafeString | str] = [
        format_html(text, place=place, n=strong(formats.number(n_groups)))
    ]
    if rows:
        n = sum(1 for row in rows if row.n_groups_using)
        said.append(counted(ngettext("使用产品 {n} 种", "使用产品 {n} 种", n), n) if n else "")
        said.append("" if n else _("没有集团使用产品"))
    return sentence(said)


def main_products(rows: Sequence[Usage], urls: Mapping[str, str]) -> SafeString:
    """Say for each main product how many groups use it, their share, and the users."""
    said = []
    for row in rows:
        n = row.n_groups_using
        text = ngettext(
            "{product} {n} 个集团在用（{share}），{users} 户次",
            "{product} {n} 个集团在用（{share}），{users} 户次",
            n,
        )
        if not n:
            text = _("{product}没有集团在用")
        said.append(
            (
                format_html(
                    text,
                    product=strong(row.name, urls.get(row.code, "")),
                    n=strong(formats.number(n)),
                    share=formats.ratio(row.group_penetration),
                    users=formats.number(row.count("users")),
                ),
            )
        )
    return sentence([format_html_join(_("；"), "{}", said)]) if said else sentence([])


def best_unit(rows: Sequence[Usage], product: str, urls: Mapping[str, str]) -> SafeString:
    """Name the unit with the highest penetration among those of at least 30 groups."""
    large = [row for row in rows if row.n_groups >= 30 and row.n_groups_using]
    if len(large) < 2:
        return sentence([])
    best = max(large, key=lambda row: (row.group_penetration or 0.0, row.code))
    return sentence(
        [
            format_html(
                _("{product}渗透率最高的是{unit}（{share}）"),
                product=product,
                unit=strong(best.name, urls.get(best.code, "")),
                share=formats.ratio(best.group_penetration),
            )
        ]
    )


def of_group(n_used: int, lacking: Sequence[str]) -> SafeString:
    """Say how many products a group uses and what it lacks."""
    used = _("没有使用任何产品")
    if n_used:
        used = counted(ngettext("使用产品 {n} 种", "使用产品 {n} 种", n_used), n_used)
    if not lacking:
        return sentence([used, _("同类集团常用的产品都已使用")])
    named = format_html_join(_("、"), "<strong>{}</strong>", ((name,) for name in lacking))
    return sentence([used, format_html(_("同类集团常用而未使用：{products}"), products=named)])
