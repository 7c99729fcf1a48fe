"""Name what the audit shows 审计: kinds of objects, their fields, their values."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from core.month import Month
from core.parts import Words

ACTIONS: dict[str, Words] = {
    "insert": gettext_lazy("新增"),
    "update": gettext_lazy("修改"),
    "delete": gettext_lazy("删除"),
}
#: Fields that have no name of their own for people.
FIELDS: dict[str, Words] = {
    "asker": gettext_lazy("提出人"),
    "account_manager": gettext_lazy("客户经理"),
    "adjustments_upto": gettext_lazy("已纳入的等级调整"),
    "author": gettext_lazy("作者"),
    "closed_at": gettext_lazy("结束时间"),
    "content_type": gettext_lazy("对象类型"),
    "content_hash": gettext_lazy("文件指纹"),
    "covered": gettext_lazy("被代管客户经理"),
    "covering": gettext_lazy("代管人"),
    "created_at": gettext_lazy("创建时间"),
    "created_by": gettext_lazy("创建人"),
    "date_joined": gettext_lazy("创建时间"),
    "definition": gettext_lazy("定义"),
    "email": gettext_lazy("邮箱地址"),
    "engine": gettext_lazy("计算引擎"),
    "finished_at": gettext_lazy("完成时间"),
    "from_date": gettext_lazy("开始日期"),
    "from_user": gettext_lazy("委托人"),
    "from_month_index": gettext_lazy("开始账期"),
    "granted_at": gettext_lazy("授权时间"),
    "granted_by": gettext_lazy("授权人"),
    "inputs": gettext_lazy("输入清单"),
    "is_active": gettext_lazy("启用"),
    "is_example": gettext_lazy("示例"),
    "language": gettext_lazy("语言"),
    "mapping_name": gettext_lazy("映射文件"),
    "month_index": gettext_lazy("账期"),
    "note": gettext_lazy("说明"),
    "object_pk": gettext_lazy("授权单元"),
    "permission": gettext_lazy("权限"),
    "publish_when_ready": gettext_lazy("完成后发布"),
    "published_at": gettext_lazy("发布时间"),
    "published_by": gettext_lazy("发布人"),
    "reason": gettext_lazy("原因"),
    "reference": gettext_lazy("参考均值"),
    "run": gettext_lazy("运行"),
    "source": gettext_lazy("来源"),
    "state": gettext_lazy("状态"),
    "theme": gettext_lazy("主题"),
    "thresholds_version": gettext_lazy("阈值版本"),
    "to_date": gettext_lazy("结束日期"),
    "to_month_index": gettext_lazy("结束账期"),
    "to_user": gettext_lazy("受托人"),
    "unit": gettext_lazy("组织单元"),
    "user": gettext_lazy("用户"),
    "username": gettext_lazy("用户名"),
    "version": gettext_lazy("版本"),
}
#: What a grant allows its user.
PERMISSIONS: dict[str, Words] = {
    "see_unit": gettext_lazy("查看该单元的数据"),
    "decide_for_unit": gettext_lazy("代理期内审批该单元的等级调整"),
}
#: Inherited fields whose own name is written for developers.
INHERITED = frozenset({"email", "object_pk"})
LONGEST = 160


def kind_words(model: type[models.Model]) -> str:
    """Name a kind of object."""
    return str(model._meta.verbose_name)


def field_words(field: Any) -> str:
    """Name a field: by the model where somebody gave it a name, else from the list here."""
    given = field.verbose_name
    unnamed = isinstance(given, str) and given == field.name.replace("_", " ")
    words = FIELDS.get(field.name, field.name) if unnamed or field.name in INHERITED else given
    return capfirst(str(words))


def value_words(field: Any, value: Any, people: Mapping[int, str]) -> str:
    """Write a stored value for people; what has no better words stays as it was stored."""
    if value is None or value == "":
        return "—"
    related = _related_words(field, value, people) if field.is_relation else None
    if related is not None:
        return related
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.name.endswith("month_index"):
        return formats.month(Month.from_index(value)) if value else _("始终")
    return _plain_words(field, value)


def _related_words(field: Any, value: Any, people: Mapping[int, str]) -> str | None:
    if getattr(field.related_model, "__name__", "") == "User":
        return people.get(value, f"#{value}")
    if field.related_model is ContentType:
        return str(ContentType.objects.get_for_id(value).name)
    return _permission_words(value) if field.related_model is Permission else None


def _permission_words(permission_id: int) -> str:
    """Say what a grant allows 权限; what is no longer known stays its number."""
    if permission_id not in _permissions():
        _permissions.cache_clear()
    codename = _permissions().get(permission_id, "")
    return str(PERMISSIONS.get(codename, codename or f"#{permission_id}"))


@cache
def _permissions() -> Mapping[int, str]:
    """Return the permissions that may be granted for a unit, by number; migrations write them."""
    rows = Permission.objects.filter(codename__in=PERMISSIONS)
    return dict(rows.values_list("pk", "codename"))


def _plain_words(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(str(value))
        return formats.moment(moment) if moment else str(value)
    if isinstance(field, models.DateField):
        return formats.day(dt.date.fromisoformat(str(value)))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
