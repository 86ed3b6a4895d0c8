"""Only the room server may ask, and only briefly."""

import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from api.jitsi import texts
from api.parsers import LARGEST

View = Callable[..., HttpResponse]


class Refused(Exception):
    """Answered with this status and a text that the room server shows to whoever wanted to enter."""

    def __init__(self, status: int, text: str = texts.BROKEN, offered: list[str] | None = None) -> None:
        super().__init__(text)
        self.status, self.message = status, texts.said(text, offered)


def for_the_room_server(**methods: View) -> View:
    """A view by method (``POST=…``) for whoever knows the secret; where none is set it is not there."""

    @csrf_exempt
    def view(request: HttpRequest, **values: Any) -> HttpResponse:
        if not settings.JITSI_CALLBACK_SECRET:
            raise Http404
        if not _knows_the_secret(request):
            return _answer(401, texts.said(texts.BROKEN), {"WWW-Authenticate": "Bearer"})
        if request.method not in methods:
            return _answer(405, texts.said(texts.BROKEN), {"Allow": ", ".join(methods)})
        try:
            return methods[request.method](request, **values)
        except Refused as refused:
            return _answer(refused.status, refused.message)

    return view


def body_of(request: HttpRequest) -> bytes:
    """The body, which is small: a larger one is refused by its announced length and never read."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise Refused(400) from None
    if announced > LARGEST:
        raise Refused(413)
    return request.body


def room_of(name: str) -> str | None:
    """What cannot be one of our rooms, or is not written as Jitsi writes it, is not looked for."""
    return name if re.fullmatch("[a-z]{1,20}", name) else None


def _knows_the_secret(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    right = settings.JITSI_CALLBACK_SECRET.encode()
    return hmac.compare_digest(given.strip().encode(), right) and scheme.lower() == "bearer"


def _answer(status: int, message: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return JsonResponse({"message": message}, status=status, headers=headers)
