"""Answer the operator's imports and runs through the API; what the pages show, read-only."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import ApiDoorMixin, Door
from core.errors import NotInScope
from warehouse import queries, run_steps
from warehouse.models import ImportBatch, MonthRun

N_LISTED = 200


class BatchSerializer(serializers.Serializer[Any]):
    """Be one import."""

    id = serializers.IntegerField()
    month = serializers.CharField()
    state = serializers.ChoiceField(ImportBatch.State.values)
    source = serializers.CharField()  # type: ignore[assignment]  # Field has one too
    mapping = serializers.CharField(allow_blank=True)
    content_hash = serializers.CharField(allow_blank=True)
    created_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class BatchReportSerializer(BatchSerializer):
    """Be one import with what the gate said of it."""

    report = serializers.DictField()


class StepSerializer(serializers.Serializer[Any]):
    """Be one step of a run."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # Field has one too
    state = serializers.ChoiceField(["done", "now", "todo", "failed"], allow_blank=False)


class RunSerializer(serializers.Serializer[Any]):
    """Be one run of a month."""

    id = serializers.IntegerField()
    month = serializers.CharField()
    state = serializers.ChoiceField(MonthRun.State.values)
    is_published = serializers.BooleanField()
    steps = StepSerializer(many=True)
    message = serializers.CharField(allow_blank=True)
    created_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


def batch_json(batch: ImportBatch) -> dict[str, Any]:
    """Return one import as JSON."""
    return {
        "id": batch.pk,
        "month": str(batch.month),
        "state": batch.state,
        "source": batch.source,
        "mapping": batch.mapping_name,
        "content_hash": batch.content_hash,
        "created_by": batch.created_by.get_username() if batch.created_by else "",
        "created_at": batch.created_at,
        "finished_at": batch.finished_at,
    }


def run_json(run: MonthRun, published: set[int]) -> dict[str, Any]:
    """Return one run as JSON."""
    return {
        "id": run.pk,
        "month": str(run.month),
        "state": run.state,
        "is_published": run.pk in published,
        "steps": [
            {"name": step.name, "label": step.label, "state": step.state}
            for step in run_steps.step_lines(run)
        ],
        "message": run.message,
        "created_by": run.created_by.get_username() if run.created_by else "",
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


class OperatorApi(ApiDoorMixin):
    """Be one endpoint of the operator."""

    door = Door(action="see_imports")


class ImportsApi(OperatorApi):
    """Answer the history of imports."""

    @extend_schema(operation_id="imports", responses=BatchSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return the latest imports 导入历史, newest first."""
        return Response([batch_json(batch) for batch in queries.import_history()[:N_LISTED]])


class ImportApi(OperatorApi):
    """Answer one import."""

    @extend_schema(operation_id="import_report", responses=BatchReportSerializer)
    def get(self, request: Request, batch_id: int) -> Response:
        """Return one import with its report 预检报告."""
        batch = queries.import_history().filter(pk=batch_id).first()
        if batch is None:
            raise NotInScope
        return Response({**batch_json(batch), "report": batch.report})


class RunsApi(OperatorApi):
    """Answer the month runs."""

    @extend_schema(operation_id="runs", responses=RunSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return the latest month runs 月度运行, newest first."""
        published = {each.run for each in queries.published_runs()}
        return Response([run_json(run, published) for run in queries.run_history()[:N_LISTED]])


class RunApi(OperatorApi):
    """Answer one run."""

    @extend_schema(operation_id="run", responses=RunSerializer)
    def get(self, request: Request, run_id: int) -> Response:
        """Return one run with its steps, for whoever waits for it."""
        run = queries.run_history().filter(pk=run_id).first()
        if run is None:
            raise NotInScope
        return Response(run_json(run, {each.run for each in queries.published_runs()}))
