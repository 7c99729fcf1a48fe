"""Say the home report 首页报告 in sentences with linked numbers, right for none, one and many."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from analytics.home.compute import HomeFigures
from analytics.home.sentences_watched import abnormal, high_value
from analytics.home.sentences_whole import development, products_and_income
from analytics.wording import Section


def report(figures: HomeFigures, urls: Mapping[str, str]) -> tuple[Section, ...]:
    """Build the whole report in its three sections, with the exact headings."""
    return (
        Section(
            _("上月集团客户总体情况"),
            (development(figures, urls), products_and_income(figures, urls)),
        ),
        Section(_("需要重点关注的高价值集团客户"), high_value(figures, urls)),
        Section(_("需要重点关注的异常集团客户"), abnormal(figures, urls)),
    )


def title(figures: HomeFigures) -> str:
    """Return the report's own heading for its reader."""
    if figures.audience == "province":
        return _("全省管理集团情况解读")
    if figures.audience == "city":
        return _("地市管理集团情况解读")
    if figures.audience == "county":
        return _("县区管理集团情况解读")
    return _("客户经理管理集团情况解读")
