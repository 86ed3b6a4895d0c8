"""SMS by Twilio. The provider has no idempotency key: whoever is unsure looks up before sending again."""

from datetime import timedelta
from typing import Any

import requests
from django.conf import settings
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from notifications.channels import Refused, TryLater, Unclear
from notifications.rendering import Outgoing

TIMEOUT = 10
REFUSED = {21211, 21214, 21610, 21612, 21614, 30004, 30005, 30006}
OFFICIAL = "https://api.twilio.com"
AROUND = timedelta(minutes=10)


def send(outgoing: Outgoing) -> str:
    """Hand an SMS over; answers Twilio's id. Raises Refused, TryLater, Unclear."""
    try:
        return _client().messages.create(to=outgoing.to, body=outgoing.text, **_sender(outgoing)).sid
    except requests.ConnectTimeout as error:
        raise TryLater("connect_timeout") from error
    except requests.Timeout as error:
        raise Unclear("timeout") from error
    except requests.ConnectionError as error:
        raise (TryLater if _never_connected(error) else Unclear)("connection") from error
    except TwilioRestException as error:
        raise _by_reply(error) from error


def look_up(outgoing: Outgoing) -> str | None:
    """The id of an SMS with this text to this number around this time, None if there certainly is none."""
    found = _client().messages.list(
        to=outgoing.to, date_sent_after=outgoing.at - AROUND, date_sent_before=outgoing.at + AROUND, limit=50
    )
    return next((message.sid for message in found if message.body == outgoing.text), None)


def _sender(outgoing: Outgoing) -> dict[str, Any]:
    validity = max(1, min(14_400, int((outgoing.not_after - outgoing.at).total_seconds())))
    sender = {"messaging_service_sid": settings.TWILIO_MESSAGING_SERVICE_SID}
    if not settings.TWILIO_MESSAGING_SERVICE_SID:
        sender = {"from_": settings.TWILIO_FROM}
    return {**sender, "validity_period": validity}


def _by_reply(error: TwilioRestException) -> Exception:
    code = error.code or error.status
    if error.status >= 500:
        return Unclear(f"twilio_{code}")
    return Refused(f"twilio_{code}") if code in REFUSED else TryLater(f"twilio_{code}")


def _never_connected(error: requests.ConnectionError) -> bool:
    return "NewConnectionError" in repr(error) or "NameResolution" in repr(error)


class _Http(TwilioHttpClient):
    """Twilio's client with a time-out and, for tests, another address."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if settings.TWILIO_BASE_URL:
            url = url.replace(OFFICIAL, settings.TWILIO_BASE_URL.rstrip("/"), 1)
        return super().request(method, url, *args, **kwargs)


def _client() -> Client:
    http = _Http(timeout=TIMEOUT)
    return Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http)
