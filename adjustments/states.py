"""Name the states of a grade adjustment 等级调整 and what each lets happen; pure.

draft → submitted → approved → expired
                  → rejected
                  → recalled
        submitted ⇄ needs_reconfirmation → recalled
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Name the states; what is in ``DECIDED`` never changes again, except approved → expired."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    RECALLED = "recalled"
    EXPIRED = "expired"
    NEEDS_RECONFIRMATION = "needs_reconfirmation"


#: One at most of these a group: somebody still has to do something.
PENDING = (State.SUBMITTED, State.NEEDS_RECONFIRMATION)
#: The requester may still change text and evidence.
EDITABLE = (State.DRAFT, State.NEEDS_RECONFIRMATION)
DECIDED = (State.APPROVED, State.REJECTED, State.RECALLED, State.EXPIRED)

MAX_VALIDITY_MONTHS = 12
MIN_REASON = 5
MAX_TEXT = 1000
