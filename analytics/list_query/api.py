"""Answer a list of codes through the API 名单查询: the rows of the page, nothing is kept."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import PLACE, ApiRoom, PlaceSerializer
from analytics.list_query import actions, queries
from analytics.list_query.compute import LONGEST_TEXT
from analytics.list_query.page import DOOR
from analytics.list_query.tables import found_table


class CodesSerializer(serializers.Serializer[Any]):
    """Be the codes asked for: one text with any separators, up to 500 different ones."""

    codes = serializers.CharField(max_length=LONGEST_TEXT + 1)


class FoundGroupSerializer(serializers.Serializer[Any]):
    """Be one group that was found; money in 厘."""

    place = serializers.IntegerField()
    group_code = serializers.CharField()
    name = serializers.CharField()
    industry = serializers.CharField()
    county = serializers.CharField()
    account_manager = serializers.CharField()
    effective_grade = serializers.CharField()
    suggested_grade = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    score_change = serializers.FloatField(allow_null=True)
    n_members = serializers.IntegerField(allow_null=True)
    total_income_li = serializers.IntegerField(allow_null=True)
    unified_pay_li = serializers.IntegerField(allow_null=True)
    personal_bill_li = serializers.IntegerField(allow_null=True)
    ict_li = serializers.IntegerField(allow_null=True)


class FoundSerializer(serializers.Serializer[Any]):
    """Be what a list came to; codes of others and codes of nobody are missing alike."""

    place = PlaceSerializer()
    results = FoundGroupSerializer(many=True)
    missing = serializers.ListField(child=serializers.CharField())
    repeated = serializers.ListField(child=serializers.CharField())


class ListQueryApi(ApiRoom):
    """Look up to 500 codes up."""

    room = "grading"
    door = DOOR

    @extend_schema(
        operation_id="list_query",
        parameters=PLACE,
        request=CodesSerializer,
        responses=FoundSerializer,
    )
    def post(self, request: Request) -> Response:
        """Return 名单查询: the groups among the codes that are the reader's."""
        given = CodesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        place = self.place()
        wanted = actions.codes_in(given.validated_data["codes"])
        reading = self.reading
        found = queries.look_up(reading.scope, self.run.run, reading.selection, wanted)
        columns = [column for column in found_table(lambda row: "").columns if column.api]
        return Response(
            {
                "place": place,
                "results": [
                    {column.name: column.value_of(row) for column in columns} for row in found.rows
                ],
                "missing": list(found.missing),
                "repeated": list(found.repeated),
            }
        )
