import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions

from core.errors import Conflict, DomainError, NotInScope
from core.web import api_exception_handler

SHAPE = {"code", "message", "field", "hint", "request_id"}


@pytest.mark.parametrize(
    ("error", "status", "code", "field"),
    [
        (DomainError("bad_month", "没有这个账期。", "", "month"), 400, "bad_month", "month"),
        (Conflict("taken", "已处理。"), 409, "taken", ""),
        (NotInScope("集团 1"), 404, "not_found", ""),
        (Http404("x"), 404, "not_found", ""),
        (PermissionDenied("x"), 403, "forbidden", ""),
        (exceptions.NotAuthenticated(), 401, "not_authenticated", ""),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed", ""),
        (exceptions.Throttled(wait=3), 429, "throttled", ""),
        (exceptions.ValidationError({"rows": [{"grade": ["不对"]}]}), 400, "invalid", "rows.grade"),
        (exceptions.ValidationError({"non_field_errors": ["不对"]}), 400, "invalid", ""),
    ],
)  # fmt: skip
def test_every_refusal_has_one_shape(error, status, code, field):
    response = api_exception_handler(error, {})
    assert response.status_code == status
    assert set(response.data) == SHAPE
    assert (response.data["code"], response.data["field"]) == (code, field)
    assert isinstance(response.data["message"], str)


def test_outside_the_scope_and_missing_answer_the_same():
    assert (
        api_exception_handler(NotInScope("集团 7"), {}).data
        == api_exception_handler(Http404(), {}).data
    )


def test_a_fault_of_ours_stays_one():
    assert api_exception_handler(ZeroDivisionError(), {}) is None
