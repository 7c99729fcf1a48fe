"""Change thresholds 阈值设置: set, give up, allow a range, undo; every change is a row that stays.

A city's administrator sets the city's and its account managers' thresholds within the province's
range; the operator sets the province's values and ranges. Changes are numbered one after another
under a lock, so that a number names everything known before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.policies import require_action
from accounts.queries import person_of, unit_path
from accounts.scope import Scope
from alerts.rules import LIMITS
from alerts.threshold_models import ThresholdChange
from alerts.threshold_queries import book_for, newest_published
from alerts.threshold_words import limit_name, range_said, value_said
from alerts.thresholds import ACCOUNT_MANAGER, CITY, GRADE_CLASSES, LEVELS, PROVINCE, Range, Target
from core import formats
from core.errors import Conflict, DomainError, NotAllowed, NotInScope
from core.month import Month
from warehouse.mart_models import GroupResult

LOCK = 4_713
MONTHS_AHEAD = 12
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class When:
    """Say from which month on, why, and which version of this threshold the person saw.

    ``seen`` None asks no question: the caller did not look first.
    """

    from_month: Month
    reason: str
    seen: int | None = None


@transaction.atomic
def set_threshold(*, actor: Scope, target: Target, value: float, when: When) -> ThresholdChange:
    """Set a threshold 设置阈值 from a month on.

    Raises:
        NotAllowed: if the actor's role may not set it.
        NotInScope: if the place is not the actor's.
        DomainError: if the value lies outside the range, or month or reason do not fit.
        Conflict: if somebody changed it since, or it has this value already.
    """
    _may(actor, target)
    _number()
    _check(target, when)
    value = _rounded(target.code, value)
    allowed = book_for(when.from_month).range_of(target.code)
    if not allowed.lowest <= value <= allowed.highest:
        raise _out_of_range(target.code, value, allowed)
    return _add(actor, target, when, value=value)


@transaction.atomic
def give_up_threshold(*, actor: Scope, target: Target, when: When) -> ThresholdChange:
    """Let a place inherit again 恢复继承; the province goes back to its first values.

    Raises:
        Conflict: if the place has no value of its own.
    """
    _may(actor, target)
    _number()
    _check(target, when)
    newest = _log(target, is_range=False).first()
    if newest is None or newest.value is None:
        raise Conflict("nothing_to_give_up", _("此处没有单独设置的阈值，已在继承上级。"))
    return _add(actor, target, when)


@transaction.atomic
def set_range(*, actor: Scope, code: str, allowed: Range, when: When) -> ThresholdChange:
    """Set the range within which cities choose 允许范围.

    Values that cities or account managers set outside it count as its nearer end from then on.

    Raises:
        DomainError: if the range is empty or leaves out a value of the province's own.
    """
    target = Target(code)
    _may(actor, target)
    _number()
    _check(target, when)
    lowest, highest = _rounded(code, allowed.lowest), _rounded(code, allowed.highest)
    least = 1.0 if LIMITS[code].is_whole else 0.0
    if not (least <= lowest < highest) or (not LIMITS[code].is_whole and highest > 1):
        raise DomainError(
            "bad_range",
            _("{name}的允许范围 {range} 无效。").format(
                name=limit_name(code), range=range_said(code, lowest, highest)
            ),
            _("下限须小于上限，且不小于 {least}。").format(least=value_said(code, least)),
            "lowest",
        )
    book = book_for(when.from_month)
    for grade_class in ("", *GRADE_CLASSES):
        own = book.value_of(code, grade_class).value
        if not lowest <= own <= highest:
            raise DomainError(
                "range_without_default",
                _("全省默认值 {value} 不在范围 {range} 内。").format(
                    value=value_said(code, own), range=range_said(code, lowest, highest)
                ),
                _("请先调整全省默认值，再收窄范围。"),
                "lowest",
            )
    return _add(actor, target, when, lowest=lowest, highest=highest)


@transaction.atomic
def undo_threshold(*, actor: Scope, version: int, reason: str) -> ThresholdChange:
    """Undo a change 撤销变更 by a new one that restores what was in force before it.

    Raises:
        NotInScope: if there is no such change, or it is not the actor's.
        Conflict: if a later change of the same threshold stands on it.
    """
    undone = ThresholdChange.objects.filter(version=version).first()
    if undone is None:
        raise NotInScope
    target = Target(
        undone.code, undone.level, undone.city_code, undone.account_manager_code, undone.grade_class
    )
    _may(actor, target)
    _number()
    is_range = undone.lowest is not None
    log = _log(target, is_range=is_range)
    if log.filter(version__gt=version).exists():
        raise Conflict(
            "changed_since",
            _("该阈值之后又有变更，不能直接撤销这一次。"),
            _("请撤销最近一次变更，或直接设置新的值。"),
        )
    before = log.filter(version__lt=version, from_month_index__lte=undone.from_month_index)
    former = before.order_by("-from_month_index", "-version").first()
    when = When(undone.month, reason)
    _check_reason(reason)
    if is_range:
        limit = LIMITS[undone.code]
        lowest = former.lowest if former else limit.lowest
        highest = former.highest if former else limit.highest
        return _add(actor, target, when, restores=undone, lowest=lowest, highest=highest)
    return _add(actor, target, when, restores=undone, value=former.value if former else None)


def _may(actor: Scope, target: Target) -> None:
    """Check the right first, then that the place is the actor's."""
    if target.code not in LIMITS or target.level not in LEVELS:
        raise DomainError(
            "unknown_threshold", _("没有名为“{code}”的阈值。").format(code=target.code[:40]), "",
            "code",
        )  # fmt: skip
    if target.level == PROVINCE:
        require_action(actor, "set_province_thresholds")
        return
    require_action(actor, "set_thresholds")
    path = unit_path(target.city_code)
    if not path or path[-1].level != CITY or not actor.sees_city(target.city_code):
        raise NotInScope
    if target.city_code not in actor.approves_city_codes:  # who stands in decides, and no more
        raise NotAllowed(_("代理审批期间只能审批等级调整申请，不能设置该地市的阈值。"))
    if target.level == ACCOUNT_MANAGER:
        _in_city(target)


def _in_city(target: Target) -> None:
    """Stop where the account manager neither lives in the city nor serves groups there."""
    person = person_of(target.account_manager_code)
    if person.city_code == target.city_code:
        return
    newest = newest_published()
    served = GroupResult.objects.in_run(newest.run if newest else None).filter(
        city_code=target.city_code, account_manager_code=person.code
    )
    if not served.exists():
        raise NotInScope


def _check(target: Target, when: When) -> None:
    if target.grade_class not in ("", *GRADE_CLASSES):
        raise DomainError("unknown_class", _("等级类别须为 A、B、C 或全部。"), "", "grade_class")
    _check_reason(when.reason)
    newest = newest_published()
    if newest is None:
        return
    first, last = newest.month, newest.month.plus(MONTHS_AHEAD)
    if not first <= when.from_month <= last:
        raise DomainError(
            "month_not_open",
            _("生效账期 {month} 不在可选范围内。").format(month=formats.month(when.from_month)),
            _("请选择 {first} 至 {last} 之间的账期；更早的账期保持已发布的结果。").format(
                first=formats.month(first), last=formats.month(last)
            ),
            "from_month",
        )


def _check_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise DomainError(
            "reason_needed", _("请填写变更原因（不超过 200 字）。"),
            _("原因会记入变更记录，供其他人查阅。"), "reason",
        )  # fmt: skip


def _rounded(code: str, value: float) -> float:
    """Return a value as it is stored: whole numbers, or shares to a tenth of a percent."""
    limit = LIMITS[code]
    if not math.isfinite(value):
        raise DomainError("not_a_number", _("请填写一个数值。"), "", "value")
    if limit.is_whole and value != round(value):
        raise DomainError(
            "not_whole", _("{name}须为整数。").format(name=limit_name(code)), "", "value"
        )
    return float(round(value)) if limit.is_whole else round(value, 3)


def _out_of_range(code: str, value: float, allowed: Range) -> DomainError:
    said = range_said(code, allowed.lowest, allowed.highest)
    return DomainError(
        "threshold_out_of_range",
        _("{name} {value} 超出全省允许范围 {range}。").format(
            name=limit_name(code), value=value_said(code, value), range=said
        ),
        _("请填写 {range} 之间的值；如需放宽范围，请联系数据管理员。").format(range=said),
        "value",
    )


def _log(target: Target, *, is_range: bool) -> QuerySet[ThresholdChange]:
    """Return the changes of one threshold of one place and class, newest first."""
    return ThresholdChange.objects.filter(
        code=target.code,
        level=target.level,
        city_code=target.city_code,
        account_manager_code=target.account_manager_code,
        grade_class=target.grade_class,
        lowest__isnull=not is_range,
    ).order_by("-version")


def _number() -> None:
    """Let changes come one after another, so that versions have no gaps and no order but one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _add(
    actor: Scope,
    target: Target,
    when: When,
    *,
    value: float | None = None,
    lowest: float | None = None,
    highest: float | None = None,
    restores: ThresholdChange | None = None,
) -> ThresholdChange:
    """Write the change under the next number, unless somebody was faster or it changes nothing."""
    newest = _log(target, is_range=lowest is not None).select_related("created_by").first()
    if when.seen is not None and when.seen != (newest.version if newest else 0):
        raise _changed_by(newest)
    said = (value, lowest, highest, when.from_month.index)
    if newest and said == (newest.value, newest.lowest, newest.highest, newest.from_month_index):
        raise Conflict("unchanged", _("该阈值已是这个值，未作变更。"))
    last = ThresholdChange.objects.order_by("-version").first()
    return ThresholdChange.objects.create(
        version=last.version + 1 if last else 1,
        code=target.code,
        level=target.level,
        city_code=target.city_code,
        account_manager_code=target.account_manager_code,
        grade_class=target.grade_class,
        value=value,
        lowest=lowest,
        highest=highest,
        from_month_index=when.from_month.index,
        reason=when.reason.strip(),
        restores=restores,
        created_by_id=actor.user_id,
    )


def _changed_by(newest: ThresholdChange | None) -> Conflict:
    person = newest.created_by if newest else None
    name = person.get_full_name() if person else _("系统")
    return Conflict(
        "threshold_changed",
        _("该阈值刚刚被 {name} 变更过。").format(name=name),
        _("请刷新页面查看最新的值后再设置。"),
    )
