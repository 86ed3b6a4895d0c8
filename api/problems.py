"""Every refusal as ``application/problem+json`` (RFC 9457), with a stable ``code``."""

import json
import logging
from typing import Any

from django.core import signals
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import set_rollback

from scheduler import errors

log = logging.getLogger("django.request")

STATUS = {
    "invalid": 400,
    "link_invalid": 404,
    "idempotency_mismatch": 422,
    "stale_sequence": 412,
    "reason_needed": 403,
    "forbidden": 403,
    "link_expired": 410,
    "code_wrong": 400,
}
TITLES = {
    "invalid": "A value makes no sense.",
    "slot_taken": "This time has just been taken.",
    "not_offered": "This time is not on offer.",
    "limit_reached": "A limit is reached.",
    "too_late": "The deadline for this step is over.",
    "too_early": "This step becomes possible later.",
    "illegal_transition": "The appointment is in a state that has no such step.",
    "idempotency_mismatch": "The same key came with another body.",
    "stale_sequence": "The appointment has changed in the meantime.",
    "door_closed": "The room is not open now.",
    "no_room": "This appointment has no room.",
    "room_server_down": "The room server does not answer.",
    "room_open": "The room is open already.",
    "hold_expired": "The hold has ended.",
    "not_found": "There is nothing at this address.",
    "not_authenticated": "A valid key is needed.",
    "permission_denied": "The key has not the scope for this.",
    "throttled": "Too many requests.",
    "too_large": "The body is larger than any sensible wish.",
    "bad_request": "This request is not well formed.",
    "error": "Something went wrong on our side.",
}


def handler(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """DRF's exception handler."""
    set_rollback()
    if isinstance(error, errors.SchedulerError):
        return _refusal(error)
    if isinstance(error, Http404):
        return problem(404, "not_found")
    if isinstance(error, exceptions.ValidationError):
        return problem(400, "invalid", errors=error.get_full_details())
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too_large")
    if isinstance(error, SuspiciousOperation):
        return problem(400, "bad_request")
    return _our_fault(error, context["request"])


def _our_fault(error: Exception, request: Request) -> HttpResponse:
    """Told to whoever watches errors, as Django itself does for pages."""
    signals.got_request_exception.send(sender=None, request=request._request)
    log.error("Internal Server Error: %s", request.path, exc_info=error)
    return problem(500, "error")


def _refusal(error: errors.SchedulerError) -> HttpResponse:
    values = {name: _plain(value) for name, value in error.values.items()}
    if isinstance(error, errors.Invalid):
        values["errors"] = {error.field: [{"code": error.problem}]}
    return problem(STATUS.get(error.code, 409), error.code, **values)


def _of_framework(error: exceptions.APIException) -> HttpResponse:
    codes = {
        exceptions.NotAuthenticated: "not_authenticated",
        exceptions.AuthenticationFailed: "not_authenticated",
        exceptions.PermissionDenied: "permission_denied",
        exceptions.Throttled: "throttled",
    }
    answer = problem(
        error.status_code, codes.get(type(error), str(error.default_code)), detail=str(error.detail)
    )
    if isinstance(error, exceptions.Throttled) and error.wait:
        answer.headers["Retry-After"] = str(int(error.wait) + 1)
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def problem(http_status: int, code: str, **more: Any) -> HttpResponse:
    """A problem document; ``type`` is a stable address of its code."""
    title = TITLES.get(code, code.replace("_", " ").capitalize())
    body = {"type": f"urn:sprechzeit:problem:{code}", "title": title, "status": http_status, "code": code}
    text = json.dumps({"detail": title, **more, **body})
    return HttpResponse(text, status=http_status, content_type="application/problem+json")


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value if isinstance(value, str | int | float | bool | None | dict) else str(value)
