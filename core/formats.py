"""Turn numbers, money, months and moments into words for a reader of either language.

Chinese counts in 万 and 亿, English in K and M; a missing value is always ``—`` and never 0.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal, TypeAlias

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_decimal
from django.utils import timezone
from django.utils.translation import get_language

from core.indicator import Unit
from core.money import LI_PER_WAN, LI_PER_YUAN
from core.month import Month

NO_VALUE = "—"
MINUS = "−"
NBSP = "\u00a0"
MoneyScale = Literal["yuan", "wan"]
Number: TypeAlias = int | float | Decimal

_MILLI = 1000
_COMPACT_FROM = 10_000
_MILLION = 1_000_000
_YI = 100_000_000
_UNITS: dict[Unit, tuple[str, str]] = {
    "count": ("个", ""),
    "people": ("人", ""),
    "uses": ("户次", ""),
    "li": ("元", "CNY"),
    "ratio": ("", ""),
    "points": ("个百分点", "pp"),
    "months": ("个月", "months"),
    "score": ("分", "points"),
    "minutes": ("分钟", "min"),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """Hold a number and its unit apart, so that a template may set the unit small and grey."""

    number: str
    unit: str = ""

    def __str__(self) -> str:
        """Join the two; units of Latin letters or 个… are set off by a space, % and 万 are not.

        The space does not break: no amount ends its line without its unit.
        """
        is_set_off = self.unit.startswith("个") or (self.unit[:1].isascii() and self.unit != "%")
        gap = NBSP if self.unit and is_set_off else ""
        return f"{self.number}{gap}{self.unit}"


def is_chinese(lang: str | None = None) -> bool:
    """Tell whether the reader's language (default: the active one) is Chinese."""
    return (lang or get_language() or "zh-hans").startswith("zh")


@lru_cache(maxsize=8)
def babel_locale(chinese: bool) -> Locale:
    """Return the Babel locale of one of the two languages."""
    return Locale("zh", script="Hans", territory="CN") if chinese else Locale("en")


def _round(value: Number, places: int) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _signed(text: str, plus: bool) -> str:
    if text.startswith("-"):
        return MINUS + text[1:] if text.strip("-0.,") else text[1:]
    return f"+{text}" if plus and text.strip("0.,") else text


def number(value: Number | None, places: int = 0, *, plus: bool = False) -> str:
    """Write a number with thousands separators, rounded half up; ``—`` when missing."""
    if value is None:
        return NO_VALUE
    if places == 0 and isinstance(value, int):
        return _signed(f"{value:,}", plus)
    return _signed(f"{_round(value, places):,f}", plus)


def is_zero(text: str) -> bool:
    """Tell whether a written number shows nothing but zeros."""
    return not any("1" <= sign <= "9" for sign in text)


def compact(
    value: Number | None, lang: str | None = None, *, places: int = 2, fixed: bool = False
) -> Quantity:
    """Write a large number short: 2.11 + 万 in Chinese, 21.1K in English.

    ``fixed`` keeps the zeros at the end (12.00万), so that figures side by side are as wide.
    """
    if value is None:
        return Quantity(NO_VALUE)
    size = abs(float(value))
    if size < _COMPACT_FROM:
        return Quantity(number(value, 0 if isinstance(value, int) else places))
    chinese = is_chinese(lang)
    digits = places if chinese or size >= _MILLION else max(places - 1, 0)
    value = _round(value, digits - 4) if chinese and size < _YI else value
    text = format_compact_decimal(
        value, fraction_digits=digits, locale=babel_locale(chinese), format_type="short"
    ).replace("-", MINUS)
    short = text.rstrip("万亿KMBT")
    size_word = text[len(short) :]
    if fixed and digits:
        whole, _point, decimals = short.partition(".")
        short = f"{whole}.{decimals:0<{digits}}"
    return Quantity(short, size_word) if chinese else Quantity(short + size_word)


def money(li: int | None, lang: str | None = None) -> Quantity:
    """Write an amount in 厘 as 元, 万元 or 亿元 (English: CNY with K or M)."""
    if li is None:
        return Quantity(NO_VALUE)
    yuan = Decimal(li) / LI_PER_YUAN
    if abs(yuan) < _COMPACT_FROM:
        whole = abs(yuan) >= 100 or yuan == yuan.to_integral_value()
        text = number(yuan, 0 if whole else 2)
        return Quantity(text, "元" if is_chinese(lang) else "CNY")
    short = compact(yuan, lang, fixed=True)
    return Quantity(short.number, f"{short.unit}元" if is_chinese(lang) else "CNY")


def money_in(
    li: int | None, scale: MoneyScale, places: int | None = None, lang: str | None = None
) -> str:
    """Write an amount in 厘 in the unit that stands in a column's heading."""
    if li is None:
        return NO_VALUE
    if scale == "wan":
        return number(Decimal(li) / money_divisor(scale, lang), 2 if places is None else places)
    return number(Decimal(li) / LI_PER_YUAN, 0 if places is None else places)


def money_divisor(scale: MoneyScale, lang: str | None = None) -> int:
    """Return how many 厘 make one of the heading's unit: 万元 in Chinese, K CNY in English."""
    if scale == "yuan":
        return LI_PER_YUAN
    return LI_PER_WAN if is_chinese(lang) else LI_PER_YUAN * 1000


def money_unit(scale: MoneyScale, lang: str | None = None) -> str:
    """Return the unit for a column's heading or a chart's subtitle."""
    if is_chinese(lang):
        return "万元" if scale == "wan" else "元"
    return "K CNY" if scale == "wan" else "CNY"


def ratio(value: float | None, places: int = 1, *, plus: bool = False) -> str:
    """Write a ratio 0–1 as a percentage."""
    return NO_VALUE if value is None else f"{number(value * 100, places, plus=plus)}%"


def points(value: float | None, lang: str | None = None, places: int = 1) -> Quantity:
    """Write the difference of two ratios in percentage points 个百分点, always signed."""
    if value is None:
        return Quantity(NO_VALUE)
    return Quantity(number(value * 100, places, plus=True), _UNITS["points"][not is_chinese(lang)])


def points_unit(lang: str | None = None) -> str:
    """Return the unit of percentage points 个百分点."""
    return _UNITS["points"][not is_chinese(lang)]


def milli(value: int | None, places: int = 0) -> str:
    """Write integer thousandths (minutes, MB, quantities) in whole units."""
    return NO_VALUE if value is None else number(Decimal(value) / _MILLI, places)


def of_unit(
    value: Number | None, unit: Unit, lang: str | None = None, places: int | None = None
) -> Quantity:
    """Write an indicator's value the way its declared unit asks for."""
    if value is None:
        return Quantity(NO_VALUE)
    word = _UNITS[unit][not is_chinese(lang)]
    if unit == "li":
        li = round(value)
        is_small = places is not None and abs(li) < LI_PER_WAN
        return Quantity(money_in(li, "yuan", places), word) if is_small else money(li, lang)
    if unit == "ratio":
        return Quantity(number(value * 100, 1 if places is None else places), "%")
    if unit == "points":
        return points(float(value), lang)
    if unit in ("score", "months"):
        return Quantity(number(value, 1), word)
    short = compact(value, lang, fixed=True)
    return Quantity(short.number, short.unit + word)


def month(value: Month | None, lang: str | None = None) -> str:
    """Write a billing month 账期: ``2026年10月`` or ``Oct 2026``."""
    if value is None:
        return NO_VALUE
    if is_chinese(lang):
        return f"{value.year}年{value.month}月"
    return format_date(value.first_day, "MMM yyyy", locale=babel_locale(False))


def month_tick(value: Month, *, with_year: bool) -> str:
    """Write a month for an axis: ``10``, and ``26-01`` where the year must be said."""
    return f"{value.year % 100:02d}-{value.month:02d}" if with_year else f"{value.month:02d}"


def moment(value: dt.datetime | None, lang: str | None = None) -> str:
    """Write a moment in the reader's time zone: ``2026-11-03 06:12``."""
    if value is None:
        return NO_VALUE
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    if is_chinese(lang):
        return f"{local:%Y-%m-%d %H:%M}"
    return format_datetime(local, "d MMM yyyy HH:mm", locale=babel_locale(False))


def month_day(value: dt.date, lang: str | None = None) -> str:
    """Write a day that comes every year: ``11-23`` or ``23 Nov``."""
    if is_chinese(lang):
        return f"{value:%m-%d}"
    return format_date(value, "d MMM", locale=babel_locale(False))


def day(value: dt.date | None, lang: str | None = None) -> str:
    """Write a day: ``2026-12-31`` or ``31 Dec 2026``."""
    if value is None:
        return NO_VALUE
    if is_chinese(lang):
        return value.isoformat()
    return format_date(value, "d MMM yyyy", locale=babel_locale(False))
