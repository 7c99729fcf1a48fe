"""Ask, answer and close questions about numbers 数据疑问; the other side's bell tells of each."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import policies
from accounts.models import User
from accounts.notices import in_every_language, notify
from accounts.scope import Scope
from analytics.question_models import DataQuestion
from analytics.questions.queries import questions_for
from analytics.questions.seen import seen_at
from core.errors import Conflict, DomainError, NotAllowed, NotInScope

State = DataQuestion.State
LONGEST_TEXT = 1000
LONGEST_ANSWER = 2000


@transaction.atomic
def ask_question(
    *, actor: Scope, at: str, figure_code: str, figure_label: str, value_shown: str, text: str
) -> DataQuestion:
    """Ask about one figure of a page the reader may open; the operators are told.

    Raises:
        DomainError: without a sentence, or for an address that is no page with figures.
        NotInScope: if the address names what is not the reader's.
        NotAllowed: if the reader may not open that page.
    """
    said = text.strip()
    if not said or len(said) > LONGEST_TEXT:
        raise DomainError("no_text", _("请写明疑问，至多 1000 字。"), field_name="text")
    if actor.user_id is None:
        raise NotAllowed
    question = seen_at(actor, at).question(figure_code, figure_label, value_shown)
    question.asker_id, question.text = actor.user_id, said
    question.save()
    _tell(
        question,
        to=list(User.objects.filter(role=User.Role.OPERATOR, is_active=True)),
        message=gettext_noop("{name}对“{figure}”提出数据疑问"),
        name=question.asker.get_full_name() or actor.username,
    )
    return question


@transaction.atomic
def answer_question(*, actor: Scope, question_id: int, answer: str) -> DataQuestion:
    """Answer a question; the asker is told.

    Raises:
        NotAllowed: if the reader answers no questions.
        NotInScope: if there is no such question.
        DomainError: without an answer.
        Conflict: if somebody answered or closed it before.
    """
    policies.require_action(actor, "answer_question")
    said = answer.strip()
    if not said or len(said) > LONGEST_ANSWER:
        raise DomainError("no_answer", _("请填写回复，至多 2000 字。"), field_name="answer")
    question = _locked(actor, question_id)
    if question.state != State.OPEN:
        who = question.answered_by.get_full_name() if question.answered_by else ""
        sentence = _("该疑问已由{who}回复。").format(who=who) if who else _("该疑问已关闭。")
        raise Conflict("already_answered", sentence)
    question.state, question.answer = State.ANSWERED, said
    question.answered_by_id, question.answered_at = actor.user_id, timezone.now()
    question.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    _tell(question, to=[question.asker], message=gettext_noop("您对“{figure}”的数据疑问已回复"))
    return question


@transaction.atomic
def close_question(*, actor: Scope, question_id: int) -> DataQuestion:
    """Close a question: the asker is content, or takes it back; closing twice changes nothing.

    Raises:
        NotInScope: if there is no such question, or it is somebody else's.
    """
    question = _locked(actor, question_id)
    if question.state != State.CLOSED:
        question.state, question.closed_at = State.CLOSED, timezone.now()
        question.save(update_fields=["state", "closed_at"])
    return question


def _locked(actor: Scope, question_id: int) -> DataQuestion:
    rows = questions_for(actor).select_for_update(of=("self",))
    question: DataQuestion | None = rows.filter(pk=question_id).first()
    if question is None:
        raise NotInScope
    return question


def _tell(question: DataQuestion, *, to: list[User], message: str, name: str = "") -> None:
    notify(
        to=to,
        kind="question",
        message=message,
        params={"figure": in_every_language(lambda: question.figure), "name": name},
        url=reverse("questions_one", args=[question.pk]),
        dedupe=f"question:{question.pk}:{question.state}",
    )
