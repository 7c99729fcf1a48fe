"""Name ways and causes of grade changes exactly as the operator does."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from core.parts import Words

WAYS: Mapping[str, Words] = {
    "score_up": gettext_lazy("评分升级"),
    "score_down": gettext_lazy("评分降级"),
    "approved_up": gettext_lazy("审批调升"),
    "approved_down": gettext_lazy("审批调降"),
    "model": gettext_lazy("模型调整"),
    "threshold": gettext_lazy("阈值调整"),
    "first": gettext_lazy("首次评定"),
    "opening": gettext_lazy("期初"),
    "exit": gettext_lazy("退出"),
}
CAUSES: Mapping[str, Words] = {
    "data": gettext_lazy("数据变化"),
    "model": gettext_lazy("模型调整"),
    "threshold": gettext_lazy("阈值调整"),
    "manual": gettext_lazy("人工审批"),
}
GRADES: Mapping[str, Words] = {
    **{grade: grade for grade in ("A1", "A2", "B1", "B2", "C")},
    "NR": gettext_lazy("未评定"),
    "new": gettext_lazy("新增"),
    "exit": gettext_lazy("退出"),
}
