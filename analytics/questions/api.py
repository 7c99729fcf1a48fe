"""Ask and answer questions about numbers 数据疑问 through the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import SIGNED_IN, ApiDoorMixin, Door, scope_of
from analytics.question_models import DataQuestion
from analytics.questions import actions, queries

PAGE = 100


class QuestionSerializer(serializers.Serializer[Any]):
    """Be one question."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(DataQuestion.State.values)
    asker = serializers.CharField()
    asked_at = serializers.DateTimeField()
    text = serializers.CharField()
    page = serializers.CharField()
    url = serializers.CharField()
    month = serializers.CharField(allow_null=True)
    run = serializers.IntegerField(allow_null=True)
    level = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    account_manager = serializers.CharField(allow_blank=True)
    group_code = serializers.CharField(allow_blank=True)
    filters = serializers.DictField()
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # Field has one too
    value = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    answered_by = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class NewQuestionSerializer(serializers.Serializer[Any]):
    """Be a question to ask: ``at`` is path and query of the page."""

    at = serializers.CharField(max_length=1000)
    code = serializers.CharField(max_length=60)
    label = serializers.CharField(max_length=100, required=False, default="")  # type: ignore[assignment]  # Field has one too
    value = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    text = serializers.CharField(max_length=actions.LONGEST_TEXT)


class AnswerSerializer(serializers.Serializer[Any]):
    """Be an answer."""

    answer = serializers.CharField(max_length=actions.LONGEST_ANSWER)


class QuestionsApi(ApiDoorMixin):
    """List and ask."""

    door = SIGNED_IN

    @extend_schema(
        operation_id="questions",
        parameters=[
            OpenApiParameter("before", OpenApiTypes.INT, description="仅编号更小的疑问"),
        ],
        responses=QuestionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return the reader's questions (all for who answers them), newest first, 100 at most."""
        rows = queries.questions_for(scope_of(request._request))
        before = request.GET.get("before", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            rows = rows.filter(pk__lt=int(before))
        return Response([question_json(row) for row in rows[:PAGE]])

    @extend_schema(
        operation_id="ask_question",
        request=NewQuestionSerializer,
        responses={201: QuestionSerializer},
    )
    def post(self, request: Request) -> Response:
        """Ask about one figure 质疑此数."""
        asked = NewQuestionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        question = actions.ask_question(
            actor=scope_of(request._request),
            at=said["at"],
            figure_code=said["code"],
            figure_label=said["label"],
            value_shown=said["value"],
            text=said["text"],
        )
        return Response(question_json(question), status=201)


class QuestionApi(ApiDoorMixin):
    """Answer one question."""

    door = SIGNED_IN

    @extend_schema(operation_id="question", responses=QuestionSerializer)
    def get(self, request: Request, question_id: int) -> Response:
        """Return one question."""
        return Response(question_json(queries.question_of(scope_of(request._request), question_id)))


class AnswerApi(ApiDoorMixin):
    """Answer a question."""

    door = Door(action="answer_question")

    @extend_schema(
        operation_id="answer_question", request=AnswerSerializer, responses=QuestionSerializer
    )
    def post(self, request: Request, question_id: int) -> Response:
        """Answer it; the asker is told."""
        said = AnswerSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        question = actions.answer_question(
            actor=scope_of(request._request),
            question_id=question_id,
            answer=said.validated_data["answer"],
        )
        return Response(question_json(question))


class CloseApi(ApiDoorMixin):
    """Close a question."""

    door = SIGNED_IN

    @extend_schema(operation_id="close_question", request=None, responses=QuestionSerializer)
    def post(self, request: Request, question_id: int) -> Response:
        """Close it; once more changes nothing."""
        scope = scope_of(request._request)
        return Response(question_json(actions.close_question(actor=scope, question_id=question_id)))


def question_json(row: DataQuestion) -> dict[str, Any]:
    """Return one question as JSON."""
    plain = ("id", "state", "asked_at", "text", "url", "run", "level", "group_code", "filters",
             "answer", "answered_at")  # fmt: skip
    said = {name: getattr(row, name) for name in plain}
    return {
        **said,
        "account_manager": row.account_manager_code,
        "asker": row.asker.get_username(),
        "page": row.slug,
        "month": str(row.month) if row.month else None,
        "unit": row.unit_code,
        "code": row.figure_code,
        "label": row.figure,
        "value": row.value_shown,
        "answered_by": row.answered_by.get_username() if row.answered_by else "",
    }
