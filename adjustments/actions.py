"""Request and decide grade adjustments 等级调整: the front of all that writes in this app.

For doors (pages, API, tasks): one call each, keyword-only, atomic, policy first.

    request_adjustment(actor, group_code, requested_grade, reason, validity_months, uploads, token)
    save_draft(actor, group_code, …, adjustment_id=None, version=None) → GradeAdjustment
    attach(actor, adjustment_id, upload) / remove_evidence(actor, evidence_id)      [evidence.py]
    submit / recall / reconfirm(actor, adjustment_id, version)  delete_draft(actor, adjustment_id)
    approve / reject(actor, adjustment_id, version, comment)                        [deciding.py]
    decide_many(actor, decision, items=[(id, version), …], comment) → tuple[ItemResult, …]
    accounts.delegations: delegate(…) / revoke_delegation(…)
    expire_due() / remind_and_escalate()                                            [clockwork.py]

``version`` is the row's ``version`` as the person read it. Foreign ≡ non-existent raises
``NotInScope`` (404), no right ``NotAllowed`` (403), somebody was first ``Conflict`` (409:
``already_decided`` names who and when; ``stale_version``; ``wrong_state``; ``pending_exists``;
``needs_reconfirmation``), bad input ``DomainError`` with ``field_name`` (400).
``token`` is any text the form carries: the same token of the same person is the same request.
Reads are in ``queries.py``.
"""

from adjustments.deciding import (
    MOST_AT_ONCE,
    Decision,
    ItemResult,
    approve,
    decide_many,
    reject,
)
from adjustments.evidence import attach, remove_evidence
from adjustments.requesting import (
    delete_draft,
    recall,
    reconfirm,
    request_adjustment,
    save_draft,
    submit,
)

__all__ = [
    "MOST_AT_ONCE",
    "Decision",
    "ItemResult",
    "approve",
    "attach",
    "decide_many",
    "delete_draft",
    "recall",
    "reconfirm",
    "reject",
    "remove_evidence",
    "request_adjustment",
    "save_draft",
    "submit",
]
