"""Ways out. Each channel is a module with ``send(Outgoing) -> str`` (the provider's id) and ``look_up``.

What can go wrong is said by five errors, so that the outbox knows whether it is out and what follows.
"""

import re
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

NO_LOOK_UP = "no_look_up"
"""The provider cannot be asked what became of an SMS."""
MOBILE = re.compile(r"\+[1-9][0-9]{6,14}")
SMS_PROVIDERS = {"": "sms_console", "twilio": "sms_twilio", "gateway": "sms_gateway"}


class Undelivered(Exception):
    """``code`` says why: a word of ours, never a provider's text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(Undelivered):
    """For good: this address or this text will never be taken."""


class OptedOut(Refused):
    """For good: whoever owns this address has told the provider that she wants nothing more."""


class TryLater(Undelivered):
    """Not handed over; worth another try, after ``wait`` where the provider said so."""

    def __init__(self, code: str, wait: timedelta | None = None) -> None:
        super().__init__(code)
        self.wait = wait


class Stopped(Undelivered):
    """Not handed over, and nothing else will be: our account or our sender is wrong. A person must look."""


class Unclear(Undelivered):
    """Perhaps handed over, perhaps not."""


def channel(name: str) -> Any:
    """The module that sends for ``email`` or ``sms`` (by the configured provider)."""
    module = "email" if name == "email" else SMS_PROVIDERS[settings.SMS_PROVIDER]
    return import_module(f"notifications.channels.{module}")


def takes(name: str, address: str) -> bool:
    """Can this be an address of the channel: a mail address on one line, a number as E.164?"""
    if name == "sms":
        return bool(MOBILE.fullmatch(address))
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def waiting(header: str | None) -> timedelta | None:
    """The seconds of a ``Retry-After`` header, an hour at most; None where it says nothing usable."""
    if not header or not header.strip().isdigit():
        return None
    return timedelta(seconds=min(int(header.strip()[:6]), 3600))
