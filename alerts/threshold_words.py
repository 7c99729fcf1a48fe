"""Put thresholds into words 阈值用语: names, values with their unit, where a value comes from."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.rules import LIMITS, RULES
from alerts.thresholds import ACCOUNT_MANAGER, CITY
from core import formats


def limit_name(code: str) -> str:
    """Return a threshold's name in the reader's language."""
    limit = LIMITS[code]
    return limit.label_zh if formats.is_chinese() else limit.label_en


def rule_name(code: str) -> str:
    """Return a rule's name in the reader's language."""
    rule = RULES[code]
    return rule.label_zh if formats.is_chinese() else rule.label_en


def class_name(grade_class: str) -> str:
    """Return the name of a grade class; all of them where none is named."""
    return _("{name} 类").format(name=grade_class) if grade_class else _("全部等级")


def value_said(code: str, value: float | None) -> str:
    """Write a threshold with its unit: 15%, 8个百分点, 3人, 90天."""
    if value is None:
        return "—"
    unit = LIMITS[code].unit
    if unit == "ratio":
        return formats.ratio(value, _places(value))
    if unit == "points":
        return _("{n} 个百分点").format(n=formats.number(value * 100, _places(value)))
    n = round(value)
    said = {
        "people": ngettext("{n} 人", "{n} 人", n),
        "steps": ngettext("{n} 级", "{n} 级", n),
        "days": ngettext("{n} 天", "{n} 天", n),
        "products": ngettext("{n} 个产品", "{n} 个产品", n),
        "months": ngettext("{n} 个月", "{n} 个月", n),
    }[unit]
    return said.format(n=formats.number(n))


def _places(value: float) -> int:
    return 0 if abs(value * 100 - round(value * 100)) < 1e-9 else 1


def range_said(code: str, lowest: float, highest: float) -> str:
    """Write a range of a threshold; what is counted is named once: 1–20 人."""
    if LIMITS[code].unit == "ratio":
        return f"{value_said(code, lowest)} – {value_said(code, highest)}"
    is_points = LIMITS[code].unit == "points"
    start = formats.number(lowest * 100, _places(lowest)) if is_points else formats.number(lowest)
    return f"{start}–{value_said(code, highest)}"


def level_name(level: str) -> str:
    """Return whose value it is."""
    return {CITY: _("地市"), ACCOUNT_MANAGER: _("客户经理")}.get(level, _("全省"))


def source_said(level: str, grade_class: str) -> str:
    """Say where a value comes from 来源: 全省默认, 地市设置, 客户经理设置, for which class."""
    said = {
        CITY: _("地市设置"), ACCOUNT_MANAGER: _("客户经理单独设置")
    }.get(level, _("全省默认"))  # fmt: skip
    return f"{said} · {class_name(grade_class)}" if grade_class else said
