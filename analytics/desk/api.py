"""Answer today's to-do 今日待办 through the API: the lines of the page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import Door
from analytics.api import ApiRoom
from analytics.desk.room import DeskReading, has_desk
from analytics.desk.tasks import KINDS, TONES
from core.errors import Conflict, NotAllowed


class TaskSerializer(serializers.Serializer[Any]):
    """Be one line; ``urgency`` bad = late, warn = soon, calm = when there is time."""

    kind = serializers.ChoiceField(KINDS)
    urgency = serializers.ChoiceField(TONES)
    group_code = serializers.CharField(allow_blank=True)
    group_name = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    count = serializers.IntegerField()
    due = serializers.DateField(allow_null=True)
    url = serializers.CharField(allow_blank=True)


class DeskSerializer(serializers.Serializer[Any]):
    """Be one account manager's list for today."""

    today = serializers.DateField()
    month = serializers.CharField()
    run = serializers.IntegerField()
    n_tasks = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    tasks = TaskSerializer(many=True)


class DeskApi(ApiRoom):
    """Answer today's to-do; only account managers have one."""

    room = "home"
    door = Door(module="home", what="rows")

    @extend_schema(
        operation_id="desk",
        parameters=[OpenApiParameter("am", OpenApiTypes.STR, description="客户经理工号（代管时）")],
        responses=DeskSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return 今日待办 of the newest published month, the most urgent first."""
        if not has_desk(self.reading.scope, self.reading.selection):
            raise NotAllowed
        if not self.reading.published:
            raise Conflict("not_published", _("还没有发布任何账期。"))
        desk = DeskReading(self.reading, timezone.localdate())
        return Response(
            {
                "today": desk.today,
                "month": str(desk.month),
                "run": desk.desk.run,
                "n_tasks": len(desk.tasks),
                "counts": dict(desk.counts),
                "tasks": [
                    {
                        "kind": task.kind,
                        "urgency": task.tone,
                        "group_code": task.group_code,
                        "group_name": task.group_name,
                        "text": task.text,
                        "count": task.count,
                        "due": task.due,
                        "url": task.url,
                    }
                    for task in desk.tasks
                ],
            }
        )
