"""Follow and tag groups, keep and open views through the API 关注、保存视图; all is one's own."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import Door
from analytics import following, saved_views
from analytics.api import ApiRoom
from analytics.following import Mark
from analytics.page import published_for
from analytics.reading import month_asked
from analytics.saved_views import View


class MarkSerializer(serializers.Serializer[Any]):
    """Be what the reader marked on one group."""

    group_code = serializers.CharField(read_only=True)
    is_followed = serializers.BooleanField()
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)


class TagSerializer(serializers.Serializer[Any]):
    """Be one tag to put on or take off."""

    tag = serializers.CharField(max_length=100)


class ViewSerializer(serializers.Serializer[Any]):
    """Be one saved view; ``query`` is the state of the module's address."""

    id = serializers.IntegerField(read_only=True)
    module = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=200)
    query = serializers.CharField(allow_blank=True, required=False, max_length=4000)
    is_default = serializers.BooleanField(required=False)
    url = serializers.CharField(read_only=True)


class ViewChangeSerializer(serializers.Serializer[Any]):
    """Be what changes of a view."""

    name = serializers.CharField(max_length=200, required=False)
    is_default = serializers.BooleanField(required=False)


def mark_json(mark: Mark) -> dict[str, Any]:
    """Return one mark as JSON."""
    return {
        "group_code": mark.group_code,
        "is_followed": mark.is_followed,
        "tags": list(mark.tags),
    }


def view_json(view: View) -> dict[str, Any]:
    """Return one view as JSON."""
    return {
        "id": view.pk,
        "module": view.module,
        "name": view.name,
        "query": view.query,
        "is_default": view.is_default,
        "url": view.url,
    }


class _MarkApi(ApiRoom):
    """Stand behind the right to open a single group; only the newest month counts."""

    room = "grading"
    door = Door(module="grading", what="group")

    @property
    def newest(self) -> int | None:
        """Return the newest published run."""
        published = published_for(self.http)
        return published[0].run if published else None


class FollowingApi(_MarkApi):
    """Answer the reader's marks."""

    @extend_schema(operation_id="following", responses=MarkSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return 我的关注: followed and tagged groups that are in scope now."""
        marks = following.marks_in(self.reading.scope, self.newest)
        return Response([mark_json(mark) for mark in marks.by_code.values()])


class FollowApi(_MarkApi):
    """Follow one group, or stop it."""

    @extend_schema(operation_id="follow", request=MarkSerializer, responses=MarkSerializer)
    def put(self, request: Request, group_code: str) -> Response:
        """Set whether the reader follows 关注 the group."""
        given = MarkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        mark = following.set_followed(
            actor=self.reading.scope,
            run=self.newest,
            group_code=group_code,
            is_followed=given.validated_data["is_followed"],
        )
        return Response(mark_json(mark))


class TagsApi(_MarkApi):
    """Put own tags on one group."""

    @extend_schema(operation_id="tag", request=TagSerializer, responses=MarkSerializer)
    def post(self, request: Request, group_code: str) -> Response:
        """Put a tag 标签 on the group."""
        return self._change(following.add_tag, request, group_code)

    @extend_schema(operation_id="untag", request=TagSerializer, responses=MarkSerializer)
    def put(self, request: Request, group_code: str) -> Response:
        """Take a tag 标签 off the group; one that is not there changes nothing."""
        return self._change(following.remove_tag, request, group_code)

    def _change(self, change: Any, request: Request, group_code: str) -> Response:
        given = TagSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        mark = change(
            actor=self.reading.scope,
            run=self.newest,
            group_code=group_code,
            text=given.validated_data["tag"],
        )
        return Response(mark_json(mark))


class ViewsApi(ApiRoom):
    """Answer the reader's views, and keep another."""

    room = "home"
    door = Door(module="home")

    @extend_schema(operation_id="views", responses=ViewSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return 保存的视图 of the reader."""
        return Response([view_json(each) for each in saved_views.views_of(self.reading.scope)])

    @extend_schema(operation_id="save_view", request=ViewSerializer, responses=ViewSerializer)
    def post(self, request: Request) -> Response:
        """Keep a module's state; a month in it fixes the month."""
        given = ViewSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        state = QueryDict(said.get("query", ""))
        view = saved_views.save_view(
            actor=self.reading.scope,
            module=said["module"],
            name=said["name"],
            given=state,
            month=month_asked(state.get("month", "")),
        )
        return Response(view_json(view), status=201)


class ViewApi(ApiRoom):
    """Change or forget one view."""

    room = "home"
    door = Door(module="home")

    @extend_schema(
        operation_id="change_view", request=ViewChangeSerializer, responses=ViewSerializer
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Rename a view, or set whether its module opens with it."""
        given = ViewChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said, scope = given.validated_data, self.reading.scope
        view = saved_views.view_of(scope, pk)
        if "name" in said:
            view = saved_views.rename_view(actor=scope, pk=pk, name=said["name"])
        if "is_default" in said:
            view = saved_views.set_default(actor=scope, pk=pk, is_default=said["is_default"])
        return Response(view_json(view))

    @extend_schema(operation_id="delete_view", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget a view."""
        saved_views.delete_view(actor=self.reading.scope, pk=pk)
        return Response(status=204)
