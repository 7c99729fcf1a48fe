"""Put alerts 告警 into words: levels, rules, the evidence as one sentence, its small drawing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alerts.levels import Level
from alerts.periods import months_before, periods_before
from alerts.threshold_words import rule_name, source_said
from alerts.triage_models import Evidence
from analytics.similar_groups import products
from core import formats
from core.month import Month

LEVELS = {
    Level.RED: gettext_lazy("红色预警"),
    Level.ORANGE: gettext_lazy("橙色预警"),
    Level.YELLOW: gettext_lazy("黄色预警"),
}
Detail = Mapping[str, Any]
RATED = ("A1", "A2", "B1", "B2", "C")


class ProductNames:
    """Say products 产品 by name; read once, when the first alert asks, for a whole list."""

    @cached_property
    def by_code(self) -> Mapping[str, str]:
        """Return the names in the reader's language."""
        return {product.code: product.name for product in products()}

    def __call__(self, code: str) -> str:
        """Return a product's name; the code where it is no longer known."""
        return self.by_code.get(code, code)


@dataclass(frozen=True)
class Told:
    """Tell the evidence of one alert or firing: ``month`` is the month that fired."""

    rule: str
    evidence: Evidence
    month: Month
    product: ProductNames = field(default_factory=ProductNames)

    @cached_property
    def detail(self) -> Detail:
        """Return what the rule kept beside its value; empty where it cannot be read."""
        try:
            found = json.loads(self.evidence.detail or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def name(self) -> str:
        """Return the rule's name."""
        return rule_name(self.rule)

    @property
    def sentence(self) -> str:
        """Say what fired, with the threshold it reached."""
        return _SENTENCES[self.rule](self) if self.rule in _SENTENCES else self.name

    @property
    def value(self) -> str:
        """Write the value in the unit of its threshold."""
        return amount(self.rule, self.evidence.value)

    @property
    def threshold(self) -> str:
        """Write the threshold."""
        return amount(self.rule, self.evidence.threshold)

    @property
    def reference(self) -> str:
        """Write what the value was held against; a dash where the rule has nothing."""
        value = self.evidence.reference
        if value is None:
            return formats.NO_VALUE
        if self.rule.startswith("state"):
            return formats.ratio(value)
        if self.rule == "unified_fall":
            return str(formats.money(round(value)))
        if self.rule.startswith("call"):
            return _("{n} 分钟").format(n=formats.number(value, 1))
        return formats.number(value)

    @property
    def source(self) -> str:
        """Say where the threshold comes from 阈值来源."""
        level, _colon, grade_class = self.evidence.threshold_source.partition(":")
        return source_said(level, grade_class)

    @cached_property
    def series(self) -> tuple[float | None, ...]:
        """Return the months behind the judgement, the month that fired last; empty without.

        Silence is judged by its month's members alone, not by the minutes kept beside it.
        """
        return () if self.rule == "call_silence" else tuple(self.evidence.series or ())

    @property
    def months(self) -> tuple[Month, ...]:
        """Return the months of the series: plain ones for states, periods for calls."""
        before = periods_before if self.rule.startswith("call") else months_before
        return (*before(self.month, len(self.series) - 1), self.month)

    @property
    def median(self) -> float | None:
        """Return the level of the series the value was held against."""
        return self.evidence.reference

    @property
    def limit(self) -> float | None:
        """Return from which level of the series on the rule fires; None where it is another's."""
        threshold, median = self.evidence.threshold, self.evidence.reference
        if threshold is None:
            return None
        if self.rule in ("state_share", "call_silence"):
            return threshold
        if median is None:
            return None
        return {
            "state_jump": median + threshold,
            "call_drop": median * (1 - threshold),
            "call_rise": median * (1 + threshold),
        }.get(self.rule)


def amount(rule: str, value: float | None) -> str:
    """Write a value of a rule in its unit: a share, points, steps, days, products, months."""
    if value is None:
        return formats.NO_VALUE
    if rule == "state_jump":
        return str(formats.points(value)).removeprefix("+")
    if rule in ("state_share", "call_drop", "call_rise", "call_silence", "unified_fall"):
        return formats.ratio(value)
    n = round(value)
    words = {
        "grade_fall": ngettext("{n} 级", "{n} 级", n),
        "contract_end": ngettext("{n} 天", "{n} 天", n),
        "ict_stopped": ngettext("{n} 个产品", "{n} 个产品", n),
        "arrears": ngettext("{n} 个月", "{n} 个月", n),
    }
    return words.get(rule, "{n}").format(n=formats.number(value))


def _of(told: Told, name: str) -> str:
    """Write a whole number of the detail."""
    value = told.detail.get(name)
    return formats.number(value) if isinstance(value, int | float) else formats.NO_VALUE


def _state_share(told: Told) -> str:
    said = _("{n}/{base} 人状态异常（含当月销户），占 {value}（阈值 {limit}）").format(
        n=_of(told, "n_abnormal"), base=_of(told, "state_base"), value=told.value,
        limit=told.threshold,
    )  # fmt: skip
    lower = told.detail.get("state_lower")
    if not isinstance(lower, float) or lower == told.evidence.value:
        return said
    text = _("；不足 30 人按置信下限 {lower} 判断")
    return said + text.format(lower=formats.ratio(lower))


def _state_jump(told: Told) -> str:
    share = told.detail.get("state_share")
    said = formats.ratio(share) if isinstance(share, float) else formats.NO_VALUE
    text = _("状态异常占 {share}，比前 6 期中位数 {median} 高 {value}（阈值 {limit}）")
    return text.format(share=said, median=told.reference, value=told.value, limit=told.threshold)


def _call_drop(told: Told) -> str:
    text = _("工作日日均主叫 {level}，比前 6 期中位数 {median}下降 {value}（阈值 {limit}）")
    return _calls(told, text)


def _call_rise(told: Told) -> str:
    text = _("工作日日均主叫 {level}，比前 6 期中位数 {median}上升 {value}（阈值 {limit}）")
    return _calls(told, text)


def _calls(told: Told, text: str) -> str:
    level = told.detail.get("call_level")
    known = isinstance(level, int | float)
    shown = _("{n} 分钟").format(n=formats.number(level, 1)) if known else formats.NO_VALUE
    return text.format(level=shown, median=told.reference, value=told.value, limit=told.threshold)


def _silence(told: Told) -> str:
    return _("{n}/{base} 名成员没有通话，占 {value}（阈值 {limit}）").format(
        n=_of(told, "n_silent_members"), base=_of(told, "n_members"), value=told.value,
        limit=told.threshold,
    )  # fmt: skip


def _grade_fall(told: Told) -> str:
    both = (("effective_grade", _("生效等级")), ("suggested_grade", _("建议等级")))
    parts = [
        _("{grade} {old} → {new}").format(
            grade=word, old=told.detail[f"prev_{name}"], new=told.detail[name]
        )
        for name, word in both
        if _fell(told.detail.get(f"prev_{name}"), told.detail.get(name))
    ]
    return (
        _("，")
        .join([*parts, _("下降 {value}（阈值 {limit}）")])
        .format(value=told.value, limit=told.threshold)
    )


def _fell(old: object, new: object) -> bool:
    return old in RATED and new in RATED and RATED.index(str(new)) > RATED.index(str(old))


def _unified_fall(told: Told) -> str:
    return _("统付收入由 {old} 降至 {new}，下降 {value}（阈值 {limit}）").format(
        old=_money(told, "unified_prev_li"), new=_money(told, "unified_pay_li"),
        value=told.value, limit=told.threshold,
    )  # fmt: skip


def _money(told: Told, name: str) -> str:
    value = told.detail.get(name)
    return str(formats.money(value)) if isinstance(value, int) else formats.NO_VALUE


def _contract_end(told: Told) -> str:
    try:
        day = formats.day(dt.date.fromisoformat(str(told.detail.get("contract_end"))))
    except ValueError:
        day = formats.NO_VALUE
    text = _("合同 {day} 到期，距月末 {value}（阈值 {limit}）")
    return text.format(day=day, value=told.value, limit=told.threshold)


def _ict_stopped(told: Told) -> str:
    said = _("、").join(told.product(str(each)) for each in told.detail.get("products") or ())
    text = _("停用信息化产品：{products}，共 {value}；上月在用 {before} 个（阈值 {limit}）")
    return text.format(
        value=told.value, products=said, before=_of(told, "n_ict_before"), limit=told.threshold
    )


def _arrears(told: Told) -> str:
    text = _("欠费 {owed}，已 {value}（阈值 {limit}）")
    return text.format(owed=_money(told, "arrears_li"), value=told.value, limit=told.threshold)


_SENTENCES: Mapping[str, Callable[[Told], str]] = {
    "state_share": _state_share,
    "state_jump": _state_jump,
    "call_drop": _call_drop,
    "call_rise": _call_rise,
    "call_silence": _silence,
    "grade_fall": _grade_fall,
    "unified_fall": _unified_fall,
    "contract_end": _contract_end,
    "ict_stopped": _ict_stopped,
    "arrears": _arrears,
}
