"""Answer a pivot through the API: the cells and totals of the page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import PLACE, ApiRoom, KpiSerializer, PlaceSerializer, kpi_json
from analytics.multi_dimensional.compute import DIMENSIONS, PivotRow
from analytics.multi_dimensional.measures import BY_CODE
from analytics.multi_dimensional.page import MultiMixin
from core.errors import NotInScope


class NamedSerializer(serializers.Serializer[Any]):
    """Be one value of a dimension."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()


class PivotRowSerializer(serializers.Serializer[Any]):
    """Be one line: a value for each column in order (null: not known, or no such group)."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    cells = serializers.ListField(child=serializers.IntegerField(allow_null=True))
    total = serializers.IntegerField(allow_null=True)


class PivotSerializer(serializers.Serializer[Any]):
    """Be a pivot; money in 厘."""

    place = PlaceSerializer()
    kpis = KpiSerializer(many=True)
    measure = serializers.ChoiceField(tuple(BY_CODE))
    unit = serializers.CharField()
    definition = serializers.CharField()
    row_dimension = serializers.ChoiceField(DIMENSIONS)
    column_dimension = serializers.ChoiceField(DIMENSIONS)
    filters = serializers.DictField(child=serializers.CharField())
    columns = NamedSerializer(many=True)
    rows = PivotRowSerializer(many=True)
    total = PivotRowSerializer()
    reconciled = serializers.BooleanField()


def row_json(row: PivotRow, columns: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Return one line as JSON."""
    return {
        "code": row.code,
        "name": row.name,
        "cells": [row.cells.get(code) for code, _name in columns],
        "total": row.total,
    }


ASKING = [
    *PLACE[:2],
    OpenApiParameter("rows", OpenApiTypes.STR, description="行", enum=list(DIMENSIONS)),
    OpenApiParameter("columns", OpenApiTypes.STR, description="列", enum=list(DIMENSIONS)),
    OpenApiParameter("measure", OpenApiTypes.STR, description="指标", enum=list(BY_CODE)),
    OpenApiParameter("grade", OpenApiTypes.STR, description="筛选：生效等级"),
    OpenApiParameter("industry", OpenApiTypes.STR, description="筛选：行业编码"),
    OpenApiParameter("size_band", OpenApiTypes.STR, description="筛选：规模 0–5"),
]


class MultiApi(MultiMixin, ApiRoom):
    """Answer one pivot of the province, a city or a county."""

    @extend_schema(operation_id="multi_dimensional", parameters=ASKING, responses=PivotSerializer)
    def get(self, request: Request) -> Response:
        """Return 指标多维分析: cells, totals of rows and columns, and whether they reconcile."""
        place, multi = self.place(), self.multi
        if not multi.has_dimensions:
            raise NotInScope
        pivot, said = multi.pivot, multi.measured.indicator
        return Response(
            {
                "place": place,
                "kpis": [kpi_json(each, multi.month) for each in multi.kpis],
                "measure": said.code,
                "unit": said.unit,
                "definition": said.formula_zh,
                "row_dimension": multi.axes[0],
                "column_dimension": multi.axes[1],
                "filters": multi.chosen,
                "columns": [{"code": code, "name": name} for code, name in pivot.columns],
                "rows": [row_json(row, pivot.columns) for row in pivot.rows],
                "total": row_json(pivot.total, pivot.columns),
                "reconciled": multi.reconciled,
            }
        )
