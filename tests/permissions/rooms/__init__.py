"""Serve tiny rooms behind real doors, so that the doors are tested before any real room exists."""

from django.http import JsonResponse
from django.urls import include, path
from django.views import View
from rest_framework.response import Response

from accounts.doors import ApiDoorMixin, Door, DoorMixin, chosen


class Room(DoorMixin, View):
    def get(self, request):
        _scope, selection = chosen(request)
        return JsonResponse(selection.params)


class ApiRoom(ApiDoorMixin):
    def get(self, request):
        _scope, selection = chosen(request)
        return Response(selection.params)


class Works(DoorMixin, View):
    method_doors = {"GET": Door(action="see_imports")}

    def get(self, request):
        return JsonResponse({})

    def post(self, request):
        return JsonResponse({})


class Doorless(DoorMixin, View):
    def get(self, request):
        return JsonResponse({})


class DoorlessApi(ApiDoorMixin):
    def get(self, request):
        return Response({})


def room(name, base, **door):
    view = type(name, (base,), {"door": Door(**door)})
    return path(f"{name}/", view.as_view(), name=name)


urlpatterns = [
    room("room_totals", Room, module="grading"),
    room("room_rows", Room, module="grading", what="rows"),
    room("room_click", Room, module="contribution", what="rows"),
    room("room_composition", Room, module="income_composition", what="rows"),
    room("room_cross", Room, module="multi_dimensional"),
    room("api_rows", ApiRoom, module="grading", what="rows"),
    room("api_cross", ApiRoom, module="multi_dimensional"),
    path("works/", Works.as_view(), name="works"),
    path("doorless/", Doorless.as_view(), name="doorless"),
    path("doorless-api/", DoorlessApi.as_view(), name="doorless_api"),
    path("", include("accounts.urls")),
]
handler404 = "core.error_pages.page_not_found"
