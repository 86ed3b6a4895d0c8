"""What the generic provider reports: the fate of an SMS as JSON, with a token of its own."""

import hmac
import json
import logging
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from api.parsers import LARGEST
from notifications import receipts
from notifications.channels import Refused
from scheduler import clock

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def status(request: HttpRequest, message: UUID) -> HttpResponse:
    """``{"status": "sent" | "delivered" | "failed", "id": …}``; anything else changes nothing."""
    if not settings.SMS_GATEWAY_CALLBACK_TOKEN:
        raise Http404
    if not _knows_the_token(request):
        logger.warning("a report about SMS with a wrong token was refused")
        return HttpResponse(status=403)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=413)
    try:
        said, known_as = _told(request.body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return HttpResponse(status=400)
    now = clock.now()
    if said == "sent":
        receipts.sent(message=message, provider_id=known_as, now=now)
    elif said == "delivered":
        receipts.delivered(message=message, provider_id=known_as, now=now)
    elif said == "failed":
        error = Refused("gateway_failed")
        receipts.failed(message=message, provider_id=known_as, error=error, now=now)
    return HttpResponse(status=204)


def _told(body: bytes) -> tuple[str, str]:
    """The fate and the provider's id, which is kept: no data base takes half a sign or a NUL."""
    told = json.loads(body)
    said, known_as = str(told["status"]), str(told.get("id", ""))[:100]
    if not known_as.isprintable():
        raise ValueError
    return said, known_as


def _knows_the_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    right = settings.SMS_GATEWAY_CALLBACK_TOKEN.encode()
    return hmac.compare_digest(given.strip().encode(), right) and scheme.lower() == "bearer"
