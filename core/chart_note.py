"""Say which units a chart leaves out 未画出, and why: a row that is not there asks nobody."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

_MOST = 5


def not_drawn(masked: Sequence[str] = (), without: Sequence[str] = ()) -> str:
    """Name the units that are masked, and those without a value; empty where all are drawn."""
    said = []
    if masked:
        said.append(_("未画出（已屏蔽）：{names}").format(names=_listed(masked)))
    if without:
        said.append(_("未画出（没有数值）：{names}").format(names=_listed(without)))
    return " · ".join(said)


def _listed(names: Sequence[str]) -> str:
    listed = _("、").join(names[:_MOST])
    if len(names) <= _MOST:
        return listed
    return _("{names}等 {n} 个").format(names=listed, n=len(names))
