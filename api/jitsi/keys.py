"""The key server: public keys for the room server to look up by ``kid``."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from scheduler.conference import keys

LONGEST_KEPT = "public, max-age=300"


@require_safe
def pem(request: HttpRequest, digest: str) -> HttpResponse:
    """One key as PEM; the name of the file is the SHA-256 of its ``kid``."""
    text = keys.by_digest(digest)
    if text is None:
        raise Http404
    return _answer(text, "application/x-pem-file")


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    """All keys as a JSON web key set."""
    return _answer(json.dumps(keys.jwks()), "application/json")


def _answer(text: str, kind: str) -> HttpResponse:
    """With its length: Prosody reads no chunks."""
    body = text.encode()
    headers = {"Content-Length": str(len(body)), "Cache-Control": LONGEST_KEPT}
    return HttpResponse(body, content_type=kind, headers=headers)
