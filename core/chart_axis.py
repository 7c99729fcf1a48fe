"""Choose ticks and their words: round steps, 万 in Chinese and K in English, % for ratios."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Literal

from core import formats

_AIR = 4
"""How far, in px, a name may reach into the air between two slots before it is broken."""

_SIZES_ZH = ((1e8, 1e8, "亿"), (2e4, 1e4, "万"))
_SIZES_EN = ((1e9, 1e9, "B"), (1e6, 1e6, "M"), (1e4, 1e3, "K"))

Measure = Literal["count", "people", "li", "ratio", "score", "elasticity"]


def measure_text(value: float | None, measure: Measure, places: int = 1) -> str:
    """Write one value of a chart; ``places`` are a ratio's decimals, the same all over a chart."""
    if value is None:
        return formats.NO_VALUE
    if measure == "ratio":
        return formats.ratio(value, places)
    if measure == "li":
        return str(formats.money(round(value)))
    if measure == "score":
        return formats.number(value, 1)
    if measure == "elasticity":
        return formats.number(value, 2)
    return formats.number(round(value)) if float(value).is_integer() else formats.number(value, 1)


def ratio_places(values: Iterable[float | None]) -> int:
    """Return the decimals of a chart's ratios: one, and two where none of them reaches 1 %."""
    known = [abs(value) for value in values if value is not None]
    return 2 if known and max(known) < 0.01 else 1


def measure_texts(values: Sequence[float | None], measure: Measure) -> list[str]:
    """Write the values of one series, ratios with the same decimals."""
    places = ratio_places(values)
    return [measure_text(value, measure, places) for value in values]


def nice_step(span: float, wanted: int = 4) -> float:
    """Return a round step (1, 2, 2.5, 5 × 10ⁿ) that cuts ``span`` into about ``wanted`` pieces."""
    if span <= 0:
        return 1.0
    raw = span / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= raw - 1e-12)


def ticks(low: float, high: float, measure: Measure) -> tuple[list[float], list[str]]:
    """Return tick values from ``low`` to beyond ``high`` and their words."""
    scale = 1000.0 if measure == "li" else 1.0
    step = nice_step((high - low) / scale)
    if measure in ("count", "people"):
        step = float(math.ceil(step))  # nobody counts half a group
    start = math.floor(low / scale / step + 1e-9) * step
    n_ticks = math.ceil((high / scale - start) / step - 1e-9)
    values = [round((start + step * i) * scale, 10) for i in range(max(n_ticks, 1) + 1)]
    return values, _tick_words(values, measure, step)


def _tick_words(values: Sequence[float], measure: Measure, step: float) -> list[str]:
    """Write ticks short, all in one unit; money carries no currency, the card's subtitle does."""
    if measure == "ratio":
        return [formats.ratio(value, _places(step * 100)) for value in values]
    if measure == "score":
        return [formats.number(value, min(_places(step), 1)) for value in values]
    if measure == "elasticity":
        return [formats.number(value, 1 if step >= 0.5 else 2) for value in values]
    shown = [value / 1000 if measure == "li" else value for value in values]
    size, word = _size_of(max(map(abs, shown), default=0.0))
    places = _places(step / size)
    if not word or abs(step / size * 100 - round(step / size * 100)) > 1e-6:
        # small numbers, or a narrow range far from 0: short forms would all be alike
        return [formats.number(value, _places(step)) for value in shown]
    return [f"{formats.number(value / size, places)}{word}" if value else "0" for value in shown]


def _size_of(highest: float) -> tuple[float, str]:
    """Return the unit of a whole axis by its highest tick: 1万 beside 7,500 cannot be compared."""
    sizes = _SIZES_ZH if formats.is_chinese() else _SIZES_EN
    return next(((size, word) for least, size, word in sizes if highest >= least), (1.0, ""))


def _places(step: float) -> int:
    """Return how many decimals equal steps need to look equal: 2.5 needs one, at most two."""
    return next((n for n in (0, 1) if abs(step * 10**n - round(step * 10**n)) < 1e-6), 2)


def text_width(text: str) -> float:
    """Estimate a label's width in em: Chinese signs are 1 wide, Latin ones a little over half."""
    return sum(1.0 if ord(sign) > 0x2E7F else 0.56 for sign in text)


def fits_across(labels: Sequence[str], width: int = 620, size: int = 12) -> bool:
    """Tell whether names fit side by side under standing bars, each on two lines at most."""
    if not labels:
        return True
    return max(text_width(label) for label in labels) * size <= 2 * _slot(len(labels), width) - size


def fits_unbroken(labels: Sequence[str], width: int = 620, size: int = 12) -> bool:
    """Tell whether names stand under their bars without a cut inside a word."""
    slot = _slot(len(labels), width) + _AIR
    return all(
        max(map(text_width, _halved(label).split("<br>") if " " in label else [label])) * size
        <= slot
        for label in labels
    )


def across(labels: Sequence[str], width: int = 620, size: int = 12) -> list[str]:
    """Break names that are wider than their slot into two lines of about equal length."""
    slot = _slot(len(labels), width)
    return [
        label if text_width(label) * size <= slot + _AIR or len(label) < 4 else _halved(label)
        for label in labels
    ]


def _slot(n_labels: int, width: int) -> float:
    return (width - 60) / max(n_labels, 1) - 6


def _halved(text: str) -> str:
    middle = (len(text) + 1) // 2
    if " " in text:
        spaces = [i for i, sign in enumerate(text) if sign == " "]
        cut = min(spaces, key=lambda i: abs(i - middle))
        return f"{text[:cut]}<br>{text[cut + 1 :]}"
    return f"{text[:middle]}<br>{text[middle:]}"


def with_room(high: float, label_em: float, plot_px: float, size: int = 12) -> float:
    """Return the end of an axis that leaves room for a label beyond the longest bar."""
    share = min((label_em * size + 10) / plot_px, 0.7)
    return high / (1 - share)


def in_two_lines(text: str, limit: float) -> str:
    """Break a name wider than ``limit`` em after a word (Chinese: after a sign) into two lines."""
    if text_width(text) <= limit:
        return text
    parts, gap = (text.split(" "), " ") if " " in text else (list(text), "")
    first = [parts.pop(0)]
    while parts and text_width(gap.join([*first, parts[0]])) <= limit:
        first.append(parts.pop(0))
    lines = [gap.join(first), gap.join(parts)]
    return "<br>".join(shortened(line, limit) for line in lines if line)


def shortened(text: str, limit: float = 12) -> str:
    """Cut a long name at ``limit`` em; the whole name stands in hover and table."""
    if text_width(text) <= limit:
        return text
    kept = ""
    for sign in text:
        if text_width(kept + sign) > limit - 1:
            break
        kept += sign
    return f"{kept}…"
