"""Name what the room shows: streams, classes, refusals 不可测算原因."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from core.cells import masked_text
from core.masked import MASKED

STREAM_LABELS: Mapping[str, Any] = {
    "ict": gettext_lazy("信息化收入"),
    "unified": gettext_lazy("统付收入"),
    "personal": gettext_lazy("个人账单收入"),
}
CLASS_LABELS: Mapping[str, Any] = {
    "inelastic": gettext_lazy("缺乏弹性"),
    "elastic": gettext_lazy("富有弹性"),
    "undetermined": gettext_lazy("不能判定"),
    "near_zero": gettext_lazy("不显著（含零）"),
    "wrong_sign": gettext_lazy("符号异常"),
    "": gettext_lazy("未估计"),
}
REFUSAL_LABELS: Mapping[str, Any] = {
    "X1": gettext_lazy("X1 价格变动不足 2%"),
    "X2": gettext_lazy("X2 收入等不为正"),
    "X3": gettext_lazy("X3 前后不足 3 个月"),
    "X4": gettext_lazy("X4 共有项目不足 80%"),
    "X5": gettext_lazy("X5 成员变动超 20%"),
    "X6": gettext_lazy("X6 窗口内有异常"),
}


def refusal_said(code: str) -> str:
    """Say a reason 不可测算原因 in running text, without its number."""
    return str(REFUSAL_LABELS[code]).removeprefix(code).strip()


def refusals_said() -> str:
    """Explain the columns X1–X6 in one line, for beside the table."""
    return _("；").join(str(label) for label in REFUSAL_LABELS.values())


def decimal(value: float | None) -> str:
    """Write an elasticity with two decimals."""
    return formats.NO_VALUE if value is None else formats.number(value, 2)


def shown(value: float | None, *, masked: bool) -> str:
    """Write an elasticity, or that it is masked 已屏蔽: ``<3`` would read as its value."""
    return masked_text(MASKED) if masked else decimal(value)


def why_masked() -> str:
    """Say why management does not see an elasticity."""
    return _("可测算集团少于 3 个，弹性不显示")


def interval(low: float | None, high: float | None) -> str:
    """Write a 95 % interval."""
    return "" if low is None or high is None else f"[{decimal(low)}, {decimal(high)}]"


def why_none(n_groups: int, n_measured: int) -> str:
    """Say why a unit has no elasticity."""
    if not n_groups:
        return _("没有该项收入")
    return "" if n_measured else _("没有可测算的集团")
