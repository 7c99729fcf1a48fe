"""Say which step leads from which state of an alert to which 告警处理; pure.

new 待签收 → acknowledged 已签收 → in_work 处理中 → resolved 已办结 (with a reason)
                                          ↘ suppressed 暂不提醒 (until a day, or a change of value)
auto_closed 自动解除 is nobody's step: two clean months lead there, and so does a month that was
withdrawn. What a person did (``work_state``) and what is shown (``state``) are kept apart, so that
publishing a month twice leaves what one publishing leaves.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Name the states of an alert."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_WORK = "in_work"
    RESOLVED = "resolved"
    SUPPRESSED = "suppressed"
    AUTO_CLOSED = "auto_closed"


class Step(StrEnum):
    """Name the steps of a person: 签收 认领 办结 暂不提醒 备注 上报 重新打开."""

    ACKNOWLEDGE = "acknowledge"
    TAKE = "take"
    RESOLVE = "resolve"
    SUPPRESS = "suppress"
    NOTE = "note"
    ESCALATE = "escalate"
    REOPEN = "reopen"


class Reason(StrEnum):
    """Name why an alert was resolved 办结原因."""

    HANDLED = "handled"
    LOST_ANYWAY = "lost_anyway"
    FALSE_ALARM = "false_alarm"
    DATA_ERROR = "data_error"
    KNOWN = "known"
    DUPLICATE = "duplicate"


#: Waiting for somebody; these make up a group's level.
ACTIVE = (State.NEW, State.ACKNOWLEDGED, State.IN_WORK)
#: One alert of a group and rule may be in one of these at a time.
OPEN = (*ACTIVE, State.SUPPRESSED)
#: What an alert turned out to be: right (something was the matter), or not.
RIGHT = (Reason.HANDLED, Reason.LOST_ANYWAY)
CLEAN_MONTHS = 2
#: A put-off alert comes back when its value moved by this share of what it was 数值变化.
CHANGE_SHARE = 0.20

_ALL = tuple(State)
_FROM: dict[Step, tuple[State, ...]] = {
    Step.ACKNOWLEDGE: (State.NEW,),
    Step.TAKE: ACTIVE,
    Step.RESOLVE: OPEN,
    Step.SUPPRESS: ACTIVE,
    Step.NOTE: _ALL,
    Step.ESCALATE: OPEN,
    Step.REOPEN: (State.RESOLVED, State.SUPPRESSED),
}
_TO: dict[Step, State] = {
    Step.ACKNOWLEDGE: State.ACKNOWLEDGED,
    Step.TAKE: State.IN_WORK,
    Step.RESOLVE: State.RESOLVED,
    Step.SUPPRESS: State.SUPPRESSED,
    Step.REOPEN: State.ACKNOWLEDGED,
}


def may_follow(state: State, step: Step) -> bool:
    """Tell whether a step is possible in a state."""
    return state in _FROM[step]


def after(state: State, step: Step) -> State:
    """Return the state a step leads to; notes and 上报 leave it as it is."""
    return _TO.get(step, state)


def steps_from(state: State) -> tuple[Step, ...]:
    """Return the steps that are possible in a state, in the order of the buttons."""
    return tuple(step for step in Step if may_follow(state, step))


def is_right(reason: str) -> bool | None:
    """Tell whether an alert with this reason was right 命中; None where the reason says nothing."""
    if not reason:
        return None
    return Reason(reason) in RIGHT
