"""Read what a person asks of a threshold; percent for shares, as people write them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from alerts.rules import LIMITS
from alerts.threshold_words import limit_name
from alerts.thresholds import GRADE_CLASSES
from analytics.thresholds.room import typed
from core.errors import DomainError
from core.month import Month

MOST_BUDGET = 50
BUDGET = 3


def code_asked(given: Mapping[str, str], default: str = "") -> str:
    """Return the threshold asked for.

    Raises:
        DomainError: if there is none such.
    """
    code = given.get("code") or default
    if code and code not in LIMITS:
        raise DomainError(
            "unknown_threshold", _("没有名为“{code}”的阈值。").format(code=code[:40]), "", "code"
        )
    return code


def class_asked(given: Mapping[str, str]) -> str:
    """Return the grade class asked for, '' for all."""
    wanted = given.get("class", "")
    if wanted not in ("", *GRADE_CLASSES):
        raise DomainError("unknown_class", _("等级类别须为 A、B、C 或全部。"), "", "class")
    return wanted


def number_asked(given: Mapping[str, str], name: str, code: str) -> float:
    """Return a threshold's number as it is stored.

    Raises:
        DomainError: if it is no number.
    """
    text = given.get(name, "").strip().removesuffix("%")
    try:
        return typed(code, float(text[:20]))
    except ValueError as problem:
        raise DomainError(
            "not_a_number",
            _("{name}“{text}”不是数值。").format(name=limit_name(code), text=text[:20]),
            _("请填写数字，例如 15。"),
            name,
        ) from problem


def month_of(given: Mapping[str, str]) -> Month:
    """Return the start month."""
    text = given.get("from_month", "")
    try:
        return Month.parse(text)
    except ValueError as problem:
        raise DomainError(
            "bad_month", _("账期“{text}”无法识别。").format(text=text[:20]),
            _("请使用 2026-10 这样的格式。"), "from_month",
        ) from problem  # fmt: skip


def seen_of(given: Mapping[str, str]) -> int | None:
    """Return the version the person saw; None where the caller did not look first."""
    text = given.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def budget_asked(given: Mapping[str, str]) -> int:
    """Return how many new alerts an account manager is to have in a month at most."""
    text = given.get("budget", "") or str(BUDGET)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_BUDGET):
        raise DomainError(
            "bad_budget", _("每人每月上限“{text}”无效。").format(text=text[:20]),
            _("请填写 1 到 50 之间的整数。"), "budget",
        )  # fmt: skip
    return int(text)
