"""SMS by Twilio. The provider has no idempotency key: whoever is unsure looks up before sending again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from django.conf import settings
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from notifications import web
from notifications.channels import OptedOut, Refused, Stopped, TryLater, Unclear, Undelivered, waiting
from notifications.models import Message
from notifications.rendering import Outgoing

TIMEOUT = 10
OPTED_OUT = 21610
REFUSED = {21211, 21214, 21612, 21614, 21617, 30004, 30005, 30006}
STOPPED = {20003, 21408, 21606}
TRANSIENT = {429, 20429, 30001, 30008}
LOST = {"failed", "undelivered", "canceled"}
"""States of an SMS that has come to nothing: not the one that is looked for."""
OFFICIAL = "https://api.twilio.com"
AROUND = timedelta(minutes=10)
NEWEST = 200


def send(outgoing: Outgoing) -> str:
    """Hand an SMS over; answers Twilio's id. Raises the errors of ``channels``."""
    http = _Http(timeout=TIMEOUT)
    said = {"to": outgoing.to, "body": outgoing.text, **_options(outgoing)}
    try:
        with web.session(settings.SEND_WITHIN.total_seconds()) as http.session:
            return _client(http).messages.create(**said).sid
    except requests.ConnectTimeout as error:
        raise TryLater("connect_timeout") from error
    except requests.Timeout as error:
        raise Unclear("timeout") from error
    except requests.RequestException as error:
        raise (TryLater if _never_connected(error) else Unclear)("connection") from error
    except TwilioRestException as error:
        raise _by_reply(error, waiting(http.retry_after)) from error


def look_up(outgoing: Outgoing) -> str | None:
    """The id of an SMS with this text to this number since it may be out, None if there certainly is none.

    By when it was made: one that waits at the provider has no time of sending yet. Raises Unclear where
    another text went to this number that none of our messages answers for: hers may be said otherwise by now.
    """
    http = _Http(timeout=TIMEOUT)
    with web.session(settings.SEND_WITHIN.total_seconds()) as http.session:
        found = _client(http).messages.list(to=outgoing.to, limit=NEWEST)
    since = outgoing.at - AROUND
    alive = [one for one in found if one.status not in LOST and _made(one) >= since]
    same = next((one.sid for one in alive if one.body == outgoing.text), None)
    if same is None and _unaccounted({one.sid for one in alive if one.direction == "outbound-api"}):
        raise Unclear("other_text")
    return same


def _unaccounted(sids: set[str]) -> bool:
    known = Message.objects.filter(channel="sms", message_id__in=sids).values_list("message_id", flat=True)
    return bool(sids - set(known))


def _made(message: Any) -> datetime:
    return message.date_created or datetime.now(UTC)


def reported(code: int) -> Undelivered:
    """What an error code means that comes with the report about an SMS."""
    return _by_code(code) or Refused(f"twilio_{code}")


def _options(outgoing: Outgoing) -> dict[str, Any]:
    validity = max(1, min(14_400, int((outgoing.not_after - outgoing.at).total_seconds())))
    sender = {"messaging_service_sid": settings.TWILIO_MESSAGING_SERVICE_SID}
    if not settings.TWILIO_MESSAGING_SERVICE_SID:
        sender = {"from_": settings.TWILIO_FROM}
    back = f"{settings.PUBLIC_BASE_URL}/sms/twilio/status/{outgoing.reference}"
    return {**sender, "validity_period": validity, "status_callback": back}


def _by_reply(error: TwilioRestException, wait: timedelta | None) -> Undelivered:
    code = error.code or error.status
    if error.status >= 500:
        return Unclear(f"twilio_{code}")
    return _by_code(code, wait) or TryLater(f"twilio_{code}", wait)


def _by_code(code: int, wait: timedelta | None = None) -> Undelivered | None:
    if code == OPTED_OUT:
        return OptedOut(f"twilio_{code}")
    if code in STOPPED:
        return Stopped(f"twilio_{code}")
    if code in TRANSIENT:
        return TryLater(f"twilio_{code}", wait)
    return Refused(f"twilio_{code}") if code in REFUSED else None


def _never_connected(error: requests.RequestException) -> bool:
    return "NewConnectionError" in repr(error) or "NameResolution" in repr(error)


class _Http(TwilioHttpClient):
    """Twilio's client, which keeps ``Retry-After`` (its own forgets it) and, for tests, asks elsewhere."""

    retry_after: str | None = None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if settings.TWILIO_BASE_URL:
            url = url.replace(OFFICIAL, settings.TWILIO_BASE_URL.rstrip("/"), 1)
        response = super().request(method, url, *args, **kwargs)
        self.retry_after = (response.headers or {}).get("Retry-After")
        return response


def _client(http: _Http) -> Client:
    return Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http)
