"""What Twilio reports: the fate of an SMS, and what people answer. Signed over our public address."""

import logging
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from api.parsers import LARGEST
from notifications import receipts, replies
from notifications.channels import sms_twilio
from scheduler import clock

logger = logging.getLogger(__name__)
SENT, DELIVERED, FAILED = {"sent"}, {"delivered", "read"}, {"failed", "undelivered"}


def signed(view: Any) -> Any:
    """Only Twilio may ask, and only where it carries our SMS; forgeries are noted without what they say."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def checked(request: HttpRequest, **values: Any) -> HttpResponse:
        if settings.SMS_PROVIDER != "twilio":
            raise Http404
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return HttpResponse(status=413)
        if not _by_twilio(request):
            logger.warning("a report about SMS with a wrong signature was refused")
            return HttpResponse(status=403)
        answer: HttpResponse = view(request, **values)
        return answer

    return checked


@signed
def status(request: HttpRequest, message: UUID) -> HttpResponse:
    """The fate of one SMS. What is unknown or old changes nothing, and nobody learns which."""
    said, sid = request.POST.get("MessageStatus", ""), request.POST.get("MessageSid", "")[:100]
    now = clock.now()
    if said in SENT:
        receipts.sent(message=message, provider_id=sid, now=now)
    elif said in DELIVERED:
        receipts.delivered(message=message, provider_id=sid, now=now)
    elif said in FAILED:
        error = sms_twilio.reported(_number(request.POST.get("ErrorCode", "")))
        receipts.failed(message=message, provider_id=sid, error=error, now=now)
    return HttpResponse(status=204)


@signed
def reply(request: HttpRequest) -> HttpResponse:
    """Somebody answered an SMS of ours."""
    said = replies.answer(
        sender=request.POST.get("From", "")[:20],
        body=request.POST.get("Body", "")[:1000],
        provider_id=request.POST.get("MessageSid", "")[:100],
        now=clock.now(),
    )
    document = MessagingResponse()
    if said:
        document.message(said)
    return HttpResponse(str(document), content_type="application/xml")


def _by_twilio(request: HttpRequest) -> bool:
    """Signed with our token, over the address that people use and every field."""
    address = settings.PUBLIC_BASE_URL + request.get_full_path()
    given = request.headers.get("X-Twilio-Signature", "")
    right: bool = RequestValidator(settings.TWILIO_AUTH_TOKEN).validate(address, request.POST, given)
    return right


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
