"""Draw the 12-month line of a KPI card as inline SVG on the server: no script, no chart library."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

_WIDTH, _HEIGHT, _PAD = 96, 28, 3
_FEWEST = 3  # a line between two points reads as an arrow
_LEAST_SPAN = 0.01  # of the value: less is drawn as less, not as a rise from floor to ceiling


def sparkline_points(
    values: Sequence[float | None], width: int = _WIDTH, height: int = _HEIGHT
) -> list[list[tuple[float, float]]]:
    """Return the line's stretches in pixels; a missing month breaks the line."""
    known = [value for value in values if value is not None]
    if len(known) < _FEWEST:
        return []
    middle, reach = (min(known) + max(known)) / 2, max(known) - min(known)
    span = max(reach, _LEAST_SPAN * abs(middle))
    low = middle - span / 2
    step = (width - 2 * _PAD) / (len(values) - 1)
    stretches: list[list[tuple[float, float]]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            stretches.append([])
            continue
        level = (value - low) / span if span else 0.5
        y = height - _PAD - level * (height - 2 * _PAD)
        stretches[-1].append((round(_PAD + i * step, 1), round(y, 1)))
    return [stretch for stretch in stretches if stretch]


def sparkline_svg(values: Sequence[float | None]) -> SafeString:
    """Return the ``<svg>``, hidden from screen readers (the changes beside it say the same)."""
    stretches = sparkline_points(values)
    if not stretches:
        return SafeString("")
    lines = "".join(
        f'<polyline points="{" ".join(f"{x},{y}" for x, y in stretch)}"/>'
        for stretch in stretches
        if len(stretch) > 1
    )
    x, y = stretches[-1][-1]
    return mark_safe(  # noqa: S308 - numbers only
        f'<svg class="gc-spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" aria-hidden="true" focusable="false">{lines}'
        f'<circle cx="{x}" cy="{y}" r="2.2"/></svg>'
    )
