"""Declare an indicator 指标 once; page, tooltip, API, export notes and GLOSSARY all read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Better = Literal["up", "down", "neutral"]
Unit = Literal["count", "people", "li", "ratio", "points", "months", "score", "minutes", "uses"]
#: Both names of each indicator by its code and either of them, as declarations are read.
_NAMES: dict[tuple[str, str], tuple[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Indicator:
    """Say what a number is (口径): code, Chinese name, unit, formula in words, source.

    ``numerator``/``denominator`` name additive columns of ``org_month``; a plain sum has no
    denominator. A ratio over a zero denominator is ``None``, never 0.
    """

    code: str
    label_zh: str
    label_en: str
    unit: Unit
    formula_zh: str
    formula_en: str
    source: str
    better: Better = "neutral"
    numerator: str = ""
    denominator: str = ""
    target: float | None = None
    places: int | None = None  # of a ratio in per cent (None: one) or of a small amount in 元

    def __post_init__(self) -> None:
        """Remember both names, so that what was noted in one language is read in the other."""
        for label in (self.label_zh, self.label_en):
            _NAMES[self.code, label] = (self.label_zh, self.label_en)


def both_names(code: str, label: str) -> tuple[str, str] | None:
    """Return the Chinese and the English name of the indicator that was shown as ``label``."""
    return _NAMES.get((code, label))
