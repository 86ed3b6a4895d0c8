"""SMS by any provider that takes JSON over HTTPS; address, token and field names are settings."""

from typing import Any

import requests
from django.conf import settings

from notifications import web
from notifications.channels import NO_LOOK_UP, Refused, Stopped, TryLater, Unclear, Undelivered, waiting
from notifications.rendering import Outgoing

CONNECT, READ = 5, 10
LONGEST_ID = 100
DENIED = {401, 402, 403}


def send(outgoing: Outgoing) -> str:
    """Hand an SMS over; answers the provider's id. Raises the errors of ``channels``."""
    answer = _ask("POST", settings.SMS_GATEWAY_URL, json=_body(outgoing))
    if answer.status_code >= 300:
        raise _by_status(answer)
    return _id_of(answer)


def look_up(outgoing: Outgoing) -> str | None:
    """The provider's id for our reference, None if it certainly has none (404). Raises where nobody knows."""
    if not settings.SMS_GATEWAY_LOOKUP_URL:
        raise Unclear(NO_LOOK_UP)
    answer = _ask("GET", settings.SMS_GATEWAY_LOOKUP_URL.replace("{reference}", outgoing.reference))
    if answer.status_code == 404:
        return None
    if answer.status_code != 200:
        raise Unclear(f"gateway_{answer.status_code}")
    if not (found := _id_of(answer)):
        raise Unclear("gateway_answer")
    return found


def _ask(method: str, address: str, **more: Any) -> requests.Response:
    """One question; nobody is sent elsewhere with our token."""
    headers = {"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"}
    try:
        with web.session(settings.SEND_WITHIN.total_seconds()) as session:
            return session.request(
                method, address, headers=headers, timeout=(CONNECT, READ), allow_redirects=False, **more
            )
    except requests.ConnectTimeout as error:
        raise TryLater("connect_timeout") from error
    except requests.Timeout as error:
        raise Unclear("timeout") from error
    except requests.RequestException as error:
        raise (TryLater if "NewConnectionError" in repr(error) else Unclear)("connection") from error


def _body(outgoing: Outgoing) -> dict[str, str]:
    said = {"to": outgoing.to, "text": outgoing.text, "reference": outgoing.reference}
    return {settings.SMS_GATEWAY_FIELDS[name]: value for name, value in said.items()}


def _by_status(answer: requests.Response) -> Undelivered:
    status = answer.status_code
    code = f"gateway_{status}"
    if status >= 500:
        return Unclear(code)
    if status == 429:
        return TryLater(code, waiting(answer.headers.get("Retry-After")))
    return Stopped(code) if status in DENIED or status < 400 else Refused(code)


def _id_of(answer: requests.Response) -> str:
    """Its id; a provider that says none has taken it all the same."""
    try:
        found = answer.json().get(settings.SMS_GATEWAY_FIELDS["id"])
    except (ValueError, AttributeError):
        return ""
    return str(found)[:LONGEST_ID] if isinstance(found, str | int) else ""
