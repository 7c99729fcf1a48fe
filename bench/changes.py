"""Change what a month is run again for: a threshold of the province, or the score model."""

from __future__ import annotations

import copy

from bench.sizes import MONTH, Size

REASON = "性能测试"


def new_threshold(_size: Size) -> None:
    """Let the share of abnormal states fire at another value, from the measured month on."""
    from accounts.scope import Scope
    from alerts.actions_thresholds import When, set_threshold
    from alerts.threshold_queries import book_for
    from alerts.thresholds import PROVINCE, Target

    before = book_for(MONTH).value_of("state_share", "").value
    set_threshold(
        actor=Scope.of_system(),
        target=Target("state_share", PROVINCE),
        value=0.20 if before == 0.25 else 0.25,
        when=When(MONTH, REASON),
    )


def new_model(_size: Size) -> None:
    """Put a model in force that gives two indicators other weights than the one before."""
    from accounts.scope import Scope
    from scoring.actions import draft_score_model, publish_score_model
    from scoring.queries import model_for

    definition = copy.deepcopy(model_for(MONTH).definition)
    weights = {each["code"]: each for each in definition["indicators"]}
    one, other = weights["ict_income"], weights["unified_pay"]
    one["weight"], other["weight"] = other["weight"], one["weight"]
    draft = draft_score_model(actor=Scope.of_system(), name=REASON, definition=definition)
    publish_score_model(actor=Scope.of_system(), model_id=draft.pk, from_month=MONTH)
