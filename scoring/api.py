"""Answer score models and simulations through the API; what the studio's pages show and do."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import policies
from accounts.doors import ApiDoorMixin, Door, scope_of
from accounts.queries import selection_for
from core.errors import DomainError, NotInScope
from core.month import Month
from scoring import actions
from scoring.grades import GRADE_CODES
from scoring.models import ScoreModel
from scoring.queries import score_model, score_models
from scoring.simulate import Moves
from scoring.simulations import Mover, movers, simulate
from warehouse.queries import published_runs

SEES = Door(action="see_score_models")
CHANGES = Door(action="publish_score_model")


class ScoreModelSerializer(serializers.Serializer[Any]):
    """Be one version of the score model."""

    id = serializers.IntegerField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=100)
    state = serializers.ChoiceField(ScoreModel.State.values, read_only=True)
    is_example = serializers.BooleanField(read_only=True)
    from_month = serializers.SerializerMethodField()
    note = serializers.CharField(allow_blank=True, required=False, default="")
    definition = serializers.DictField()
    digest = serializers.CharField(read_only=True)
    based_on = serializers.CharField(write_only=True, required=False, default="")

    def get_from_month(self, model: ScoreModel) -> str:
        """Return the first month in force; empty for drafts and "since ever"."""
        return str(model.from_month or "")


class UnitMovesSerializer(serializers.Serializer[Any]):
    """Count what moves in one unit; ``before`` and ``after`` follow ``grades``."""

    code = serializers.CharField(allow_blank=True)
    city_code = serializers.CharField(allow_blank=True)
    n_groups = serializers.IntegerField()
    n_moved = serializers.IntegerField()
    n_up = serializers.IntegerField()
    n_down = serializers.IntegerField()
    income_moved_li = serializers.IntegerField(allow_null=True)
    before = serializers.ListField(child=serializers.IntegerField())
    after = serializers.ListField(child=serializers.IntegerField())


class MoverSerializer(serializers.Serializer[Any]):
    """Be one group that would move."""

    group_code = serializers.CharField()
    name = serializers.CharField()
    city_code = serializers.CharField()
    account_manager_code = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    score_before = serializers.FloatField(allow_null=True)
    score_after = serializers.FloatField(allow_null=True)
    total_income_li = serializers.IntegerField()


class SimulationSerializer(serializers.Serializer[Any]):
    """Be a version tried out on a month; ``groups[i][j]`` go from grade i to grade j."""

    month = serializers.CharField()
    run = serializers.IntegerField()
    model = serializers.IntegerField()
    grades = serializers.ListField(child=serializers.CharField())
    groups = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    income_li = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    psi = serializers.FloatField(allow_null=True)
    n_suggested_moved = serializers.IntegerField()
    whole = UnitMovesSerializer()
    cities = UnitMovesSerializer(many=True)
    account_managers = UnitMovesSerializer(many=True)
    movers = MoverSerializer(many=True)


class PublishSerializer(serializers.Serializer[Any]):
    """Say from which month on a draft is in force."""

    from_month = serializers.CharField()


class ScoreModelsApi(ApiDoorMixin):
    """List the versions, or draft a new one."""

    method_doors = {"GET": SEES, "POST": CHANGES}

    @extend_schema(operation_id="score_models_list", responses=ScoreModelSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return every version, newest first."""
        rows = list(score_models(scope_of(request._request)))
        return Response({"results": ScoreModelSerializer(rows, many=True).data})

    @extend_schema(
        operation_id="score_models_draft",
        request=ScoreModelSerializer,
        responses={201: ScoreModelSerializer},
    )
    def post(self, request: Request) -> Response:
        """Save a new draft."""
        given = ScoreModelSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        made = actions.draft_score_model(
            actor=scope_of(request._request),
            name=said["name"],
            definition=said["definition"],
            note=said["note"],
        )
        return Response(ScoreModelSerializer(made).data, status=201)


class ScoreModelApi(ApiDoorMixin):
    """Read one version, or change or delete a draft."""

    method_doors = {"GET": SEES, "PUT": CHANGES, "DELETE": CHANGES}

    @extend_schema(responses=ScoreModelSerializer)
    def get(self, request: Request, model_id: int) -> Response:
        """Return the version."""
        return Response(
            ScoreModelSerializer(score_model(scope_of(request._request), model_id)).data
        )

    @extend_schema(request=ScoreModelSerializer, responses=ScoreModelSerializer)
    def put(self, request: Request, model_id: int) -> Response:
        """Change a draft; ``based_on`` is the digest it was read with."""
        given = ScoreModelSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        done = actions.revise_score_model(
            actor=scope_of(request._request),
            model_id=model_id,
            name=said["name"],
            note=said["note"],
            definition=said["definition"],
            based_on=said["based_on"],
        )
        return Response(ScoreModelSerializer(done).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, model_id: int) -> Response:
        """Delete a draft."""
        actions.discard_draft(actor=scope_of(request._request), model_id=model_id)
        return Response(status=204)


class PublishScoreModelApi(ApiDoorMixin):
    """Put a draft in force."""

    door = CHANGES

    @extend_schema(request=PublishSerializer, responses=ScoreModelSerializer)
    def post(self, request: Request, model_id: int) -> Response:
        """Publish the draft from a month on."""
        given = PublishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        score_model(scope_of(request._request), model_id)
        month = _month(given.validated_data["from_month"], "from_month")
        done = actions.publish_score_model(
            actor=scope_of(request._request), model_id=model_id, from_month=month
        )
        return Response(ScoreModelSerializer(done).data)


class SimulateApi(ApiDoorMixin):
    """Try a version out on a published month."""

    door = SEES

    @extend_schema(
        parameters=[
            OpenApiParameter("month", OpenApiTypes.STR, description="2026-10; default: newest"),
            OpenApiParameter("unit", OpenApiTypes.STR),
            OpenApiParameter("am", OpenApiTypes.STR, description="whose movers are listed"),
        ],
        responses=SimulationSerializer,
    )
    def get(self, request: Request, model_id: int) -> Response:
        """Return what moves; rows of movers only for readers of grading detail."""
        scope = scope_of(request._request)
        model = score_model(scope, model_id)
        published = published_runs()
        asked = request.GET.get("month", "")
        if not published:
            raise NotInScope
        month = _month(asked, "month") if asked else published[0].month
        found = simulate(scope, model.parsed(), month, published)
        person = request.GET.get("am", "")
        rows: tuple[Mover, ...] = ()
        if person:
            serves = {each.code for each in found.moves.account_managers}
            selection = selection_for(
                scope,
                unit=request.GET.get("unit", ""),
                account_manager=person,
                serves=serves.__contains__,
            )
            rows = movers(scope, found, selection)
        said = {
            **{part.name: getattr(found.moves, part.name) for part in fields(found.moves)},
            "month": str(found.month),
            "run": found.run,
            "model": model.pk,
            "grades": list(GRADE_CODES),
            "movers": rows,
        }
        if not policies.may(scope, "grading", "group"):
            _leave_out_income(said, found.moves)
        return Response(SimulationSerializer(said).data)


def _leave_out_income(said: dict[str, Any], moves: Moves) -> None:
    """Keep of the amounts the province's alone: the others may be those of single groups."""
    said["income_li"] = []
    said["whole"] = replace(moves.whole, income_moved_li=moves.income_of_many_li)
    for name in ("cities", "account_managers"):
        said[name] = [replace(unit, income_moved_li=None) for unit in said[name]]


def _month(text: str, field: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as problem:
        sentence = f"账期“{text}”无法识别。"
        raise DomainError("bad_month", sentence, "例如 2026-10。", field) from problem
