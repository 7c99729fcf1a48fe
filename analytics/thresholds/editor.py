"""Put the editor of one threshold together: slider, number, month, reason, what it would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.actions_thresholds import MONTHS_AHEAD
from alerts.preview import Preview, preview, tried_change
from alerts.rules import LIMITS, rules_of
from alerts.threshold_words import (
    class_name,
    limit_name,
    range_said,
    rule_name,
    source_said,
    value_said,
)
from alerts.thresholds import GRADE_CLASSES, PROVINCE, Change
from analytics.page import published_for
from analytics.thresholds.place import ThresholdPlace
from analytics.thresholds.room import ThresholdsReading, shown
from core import formats
from core.parts import NavItem
from core.web import carry


@dataclass(frozen=True, slots=True)
class Editor:
    """Be the editor as its template draws it; numbers are what people type (percent)."""

    code: str
    name: str
    where: str
    grade_class: str
    class_said: str
    rules: tuple[str, ...]
    classes: tuple[NavItem, ...]
    lowest: str
    highest: str
    step: str
    sign: str
    value: str
    now_said: str
    source: str
    allowed: str
    months: tuple[tuple[str, str, bool], ...]
    seen: int
    has_own: bool
    is_province: bool
    clipped: bool
    action_url: str
    preview_url: str
    backtest_url: str
    close_url: str
    reason: str = ""
    error: str = ""


def editor_of(
    request: HttpRequest,
    reading: ThresholdsReading,
    asked: tuple[str, str],
    given: Mapping[str, str],
    error: str = "",
) -> Editor:
    """Return the editor of one threshold and class (``asked``), refilled with what was typed."""
    code, grade_class = asked
    place, limit = reading.place, LIMITS[code]
    found, allowed = reading.in_force(code, grade_class), reading.book.range_of(code)
    own = [row for row in reading.changes if _is_own(row.as_change(), place, code, grade_class)]
    values = [row for row in own if row.lowest is None]
    query = {"code": code, "class": grade_class}
    return Editor(
        code=code,
        name=limit_name(code),
        where=place.name,
        grade_class=grade_class,
        class_said=class_name(grade_class),
        rules=tuple(rule_name(rule) for rule in rules_of(code)),
        classes=_classes(request, grade_class),
        lowest=_plain(shown(code, allowed.lowest)),
        highest=_plain(shown(code, allowed.highest)),
        step="1" if limit.is_whole else "0.5",
        sign=_sign(limit.unit),
        value=given.get("value") or _plain(shown(code, found.value)),
        now_said=value_said(code, found.value),
        source=source_said(found.level, found.grade_class),
        allowed=range_said(code, allowed.lowest, allowed.highest),
        months=_months(request, given.get("from_month", "")),
        seen=values[0].version if values else 0,
        has_own=bool(values and values[0].value is not None),
        is_province=place.level == PROVINCE,
        clipped=found.clipped,
        action_url=carry(request, reverse("thresholds"), **query, month=None),
        preview_url=carry(request, reverse("thresholds_preview"), **query, month=None),
        backtest_url=carry(request, reverse("thresholds_backtest"), **query, month=None),
        close_url=carry(request, reverse("thresholds")),
        reason=given.get("reason", ""),
        error=error,
    )


def _is_own(change: Change, place: ThresholdPlace, code: str, grade_class: str) -> bool:
    target = place.target(code, grade_class)
    here = (place.level, target.city_code, target.account_manager_code)
    return change.code == code and change.place == here and change.grade_class == grade_class


def _classes(request: HttpRequest, current: str) -> tuple[NavItem, ...]:
    return tuple(
        NavItem(
            name or "all",
            class_name(name),
            "",
            carry(request, **{"class": name or None, "value": None}) + "#editor",
            is_current=name == current,
        )
        for name in ("", *GRADE_CLASSES)
    )


def _months(request: HttpRequest, chosen: str) -> tuple[tuple[str, str, bool], ...]:
    """Return the start months to choose from: the next one stands first in mind."""
    published = published_for(request)
    if not published:
        return ()
    newest = published[0].month
    wanted = chosen or str(newest.plus(1))
    found = []
    for ahead in range(MONTHS_AHEAD + 1):
        month = newest.plus(ahead)
        words = formats.month(month)
        if not ahead:
            words = _("{month}（重新运行后生效）").format(month=words)
        found.append((str(month), words, str(month) == wanted))
    return tuple(found)


def _plain(number: float) -> str:
    return f"{number:g}"


def _sign(unit: str) -> str:
    return {
        "ratio": "%", "points": _("个百分点"), "people": _("人"), "steps": _("级"),
        "days": _("天"), "products": _("个"), "months": _("个月"),
    }[unit]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """Be the result of a preview in words; or the sentence that says why there is none."""

    sentence: str
    change: str = ""
    n_fired: str = ""
    n_before: str = ""
    n_month_before: str = ""
    month: str = ""
    month_before: str = ""
    is_error: bool = False


def tried_of(
    request: HttpRequest, reading: ThresholdsReading, code: str, grade_class: str, value: float
) -> Tried:
    """Try a value out on the newest published month."""
    allowed = reading.book.range_of(code)
    if not allowed.lowest <= round(value, 6) <= allowed.highest:
        said = range_said(code, allowed.lowest, allowed.highest)
        return Tried(
            _("{value} 超出允许范围 {range}，不能保存。").format(
                value=value_said(code, value), range=said
            ),
            is_error=True,
        )
    published, place = published_for(request), reading.place
    month = published[0].month if published else reading.month
    change = tried_change(place.target(code, grade_class), value, month)
    found = preview(place.scope, place.selection, change, published)
    if found is None:
        return Tried(_("还没有可供试算的账期：重新运行并发布一个账期后即可试算。"), is_error=True)
    return tried_said(found)


def tried_said(found: Preview) -> Tried:
    """Say a preview in words."""
    before, n = found.n_month_before, found.n_fired
    sentence = ngettext(
        "按此值，{month}会有 {n} 个集团触发，当月实际 {m} 个。",
        "按此值，{month}会有 {n} 个集团触发，当月实际 {m} 个。",
        n,
    )
    return Tried(
        sentence=sentence.format(month=formats.month(found.month), n=n, m=found.n_before),
        change=_("新增 {new} 个，减少 {gone} 个（可见集团 {all} 个）").format(
            new=found.n_new, gone=found.n_gone, all=formats.number(found.n_groups)
        ),
        n_fired=formats.number(found.n_fired),
        n_before=formats.number(found.n_before),
        n_month_before="—" if before is None else formats.number(before),
        month=formats.month(found.month),
        month_before=formats.month(found.month.plus(-1)),
    )
