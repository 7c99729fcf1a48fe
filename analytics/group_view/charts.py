"""Draw one group 集团统一视图: its score, its members, its income over the months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.charts import GRADE_TOKENS, Drawing, Line, Step, line_trend, waterfall
from core.month import Month


def waterfall_chart(
    reference: float, bars: Sequence[tuple[str, float]], score: float, grade: str
) -> Drawing:
    """Draw the score's composition 评分构成: reference, one bar an indicator, the score."""
    steps = [Step(label, amount) for label, amount in bars]
    return waterfall(
        Step(_("参照分"), reference),
        steps,
        Step(_("评分"), score),
        end_token=GRADE_TOKENS.get(grade, "$accent"),
    )


def history_chart(months: Sequence[Month], scores: Sequence[float | None]) -> Drawing:
    """Draw the score 评分走势 over the published months."""
    return line_trend(months, [Line(_("评分"), tuple(scores))], measure="score", height=240)


def members_chart(months: Sequence[Month], rows: Sequence[Any]) -> Drawing:
    """Draw members and valid members 成员走势; a month without the group leaves a gap."""
    lines = [
        Line(_("成员数"), _series(rows, "n_members")),
        Line(_("有效成员数"), _series(rows, "n_valid")),
    ]
    return line_trend(months, lines, measure="people", height=260)


def income_chart(months: Sequence[Month], rows: Sequence[Any]) -> Drawing:
    """Draw unified-pay, personal-bill and informatisation income 收入走势."""
    lines = [
        Line(_("统付收入"), _series(rows, "unified_pay_li")),
        Line(_("个人账单收入"), _series(rows, "personal_bill_li")),
        Line(_("信息化收入"), _series(rows, "ict_li")),
    ]
    return line_trend(months, lines, measure="li", height=280)


def _series(rows: Sequence[Any], column: str) -> tuple[float | None, ...]:
    return tuple(getattr(row, column, None) for row in rows)
