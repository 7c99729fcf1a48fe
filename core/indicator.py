"""Declare an indicator 指标 once; page, tooltip, API, export notes and GLOSSARY all read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Better = Literal["up", "down", "neutral"]
Unit = Literal["count", "people", "li", "ratio", "points", "months", "score", "minutes", "uses"]


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
