"""Change score models: make the example, draft, publish, retire, pin the reference means."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import policies
from accounts.scope import Scope
from core.errors import Conflict, NotInScope
from core.month import Month
from scoring.definition import parse_definition
from scoring.models import ScoreModel

DEFAULT_MODEL = "fixtures/score_models/default.toml"
SINCE_EVER = 0


def ensure_default_model() -> ScoreModel:
    """Return version 1, made from the fixture 示例模型 the first time; safe to call at any time."""
    with (settings.BASE_DIR / DEFAULT_MODEL).open("rb") as source:
        said = tomllib.load(source)
    parse_definition(said["definition"])
    model, _ = ScoreModel.objects.get_or_create(
        version=said["version"],
        defaults={
            "name": said["name"],
            "note": said["note"],
            "definition": said["definition"],
            "is_example": said["definition"]["example"],
            "state": ScoreModel.State.PUBLISHED,
            "from_month_index": SINCE_EVER,
            "published_at": timezone.now(),
        },
    )
    return model


@transaction.atomic
def draft_score_model(
    *, actor: Scope, name: str, definition: Mapping[str, Any], note: str = ""
) -> ScoreModel:
    """Save a new version of the score model 评分模型 as a draft.

    Raises:
        NotAllowed: if the actor's role may not change score models.
        DomainError: if the definition is not sound.
    """
    policies.require_action(actor, "publish_score_model")
    parsed = parse_definition(definition)
    # the lock on the newest row makes two drafts at once take two numbers
    newest = ScoreModel.objects.select_for_update().order_by("-version").first()
    return ScoreModel.objects.create(
        version=newest.version + 1 if newest else 1,
        name=name,
        definition=dict(definition),
        is_example=parsed.example,
        note=note,
        author_id=actor.user_id,
    )


@transaction.atomic
def revise_score_model(
    *,
    actor: Scope,
    model_id: int,
    name: str,
    definition: Mapping[str, Any],
    note: str,
    based_on: str,
) -> ScoreModel:
    """Change a draft 修改草稿; ``based_on`` is the digest of what the actor saw.

    Raises:
        NotAllowed: if the actor's role may not change score models.
        Conflict: if it is not a draft any more, or somebody else changed it meanwhile.
        DomainError: if the definition is not sound.
    """
    policies.require_action(actor, "publish_score_model")
    parsed = parse_definition(definition)
    model = _draft(model_id)
    if model.digest != based_on:
        raise Conflict(
            "draft_changed",
            _("{model} 已被他人修改。").format(model=model),
            _("请重新打开后再修改，以免覆盖他人的内容。"),
        )
    model.name, model.note = name, note
    model.definition, model.is_example = dict(definition), parsed.example
    model.save(update_fields=["name", "note", "definition", "is_example"])
    return model


@transaction.atomic
def discard_draft(*, actor: Scope, model_id: int) -> None:
    """Delete a draft that nobody needs 删除草稿; its history stays.

    Raises:
        NotAllowed: if the actor's role may not change score models.
        Conflict: if it is not a draft any more.
    """
    policies.require_action(actor, "publish_score_model")
    _draft(model_id).delete()


def _draft(model_id: int) -> ScoreModel:
    model = ScoreModel.objects.select_for_update().filter(pk=model_id).first()
    if model is None:
        raise NotInScope
    if model.state != ScoreModel.State.DRAFT:
        raise Conflict(
            "not_a_draft",
            _("{model} 不是草稿，不能修改。").format(model=model),
            _("请复制为新草稿后再修改。"),
        )
    return model


@transaction.atomic
def publish_score_model(*, actor: Scope, model_id: int, from_month: Month) -> ScoreModel:
    """Put a draft in force from a month on; months already run keep the version they pinned.

    Raises:
        NotAllowed: if the actor's role may not publish score models.
        Conflict: if it is not a draft, or a newer version is already in force from that month.
    """
    policies.require_action(actor, "publish_score_model")
    model = _draft(model_id)
    latest = ScoreModel.objects.filter(state=ScoreModel.State.PUBLISHED).aggregate(
        index=Max("from_month_index")
    )["index"]
    if latest is not None and from_month.index < latest:
        raise Conflict(
            "earlier_than_published",
            _("已有模型自 {month} 起生效。").format(month=Month.from_index(latest)),
            _("请选择不早于该账期的生效账期。"),
        )
    parse_definition(model.definition)
    model.state = ScoreModel.State.PUBLISHED
    model.from_month_index = from_month.index
    model.published_by_id, model.published_at = actor.user_id, timezone.now()
    model.save()
    return model


@transaction.atomic
def retire_score_model(*, actor: Scope, model_id: int) -> ScoreModel:
    """Take a version out of force 停用; runs that pinned it stay as they are.

    Raises:
        NotAllowed: if the actor's role may not publish score models.
        Conflict: if it is not published, or the only version that is.
    """
    policies.require_action(actor, "publish_score_model")
    published = ScoreModel.objects.select_for_update().filter(state=ScoreModel.State.PUBLISHED)
    by_id = {model.pk: model for model in published}
    if model_id not in by_id:
        raise Conflict("not_published", _("该版本未发布，无需停用。"))
    if len(by_id) == 1:
        raise Conflict("last_model", _("这是唯一已发布的模型。"), _("请先发布另一个版本。"))
    model = by_id[model_id]
    model.state = ScoreModel.State.RETIRED
    model.save()
    return model


@transaction.atomic
def pin_reference(
    *,
    model_id: int,
    month: Month,
    codes: Sequence[str],
    means: Sequence[int | None],
    n_groups: int,
) -> list[int | None]:
    """Keep the mean points 参考均值 of indicators that have none yet; return those in force.

    The first month that has an indicator gives its reference; every later call, also a re-run of
    that month, gets the same one back.
    """
    model = ScoreModel.objects.select_for_update().get(pk=model_id)
    new = {
        code: {"micro": mean, "n_groups": n_groups, "month": month.index}
        for code, mean in zip(codes, means, strict=True)
        if mean is not None and code not in model.reference
    }
    if new:
        model.reference = {**model.reference, **new}
        model.save(update_fields=["reference"])
    return model.reference_of(tuple(codes))
