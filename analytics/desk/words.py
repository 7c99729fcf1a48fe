"""Name the kinds of today's to-do 今日待办, and what one does about each."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from analytics.desk.tasks import Kind
from core.parts import Words

LABELS: Mapping[Kind, Words] = {
    "alert": gettext_lazy("异常告警"),
    "returned": gettext_lazy("申请退回"),
    "expiring": gettext_lazy("调级到期"),
    "contract": gettext_lazy("合同到期"),
    "arrears": gettext_lazy("欠费"),
    "followed": gettext_lazy("关注变动"),
    "birthday": gettext_lazy("关键人生日"),
    "no_use": gettext_lazy("三无成员"),
}
STEPS: Mapping[Kind, Words] = {
    "alert": gettext_lazy("查看"),
    "returned": gettext_lazy("修改"),
    "expiring": gettext_lazy("续期"),
    "contract": gettext_lazy("续签"),
    "arrears": gettext_lazy("跟进"),
    "followed": gettext_lazy("查看"),
    "birthday": gettext_lazy("关怀"),
    "no_use": gettext_lazy("清理"),
}
