"""Ways out. Each channel is a module with ``send(Outgoing) -> str`` (the provider's id) and ``look_up``.

What can go wrong is said by three errors, so that the outbox knows whether the message is out.
"""

from importlib import import_module
from typing import Any

from django.conf import settings

SMS_PROVIDERS = {"": "sms_console", "twilio": "sms_twilio"}


class Refused(Exception):
    """For good: this address or this text will never be taken. ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLater(Exception):
    """Not handed over; worth another try."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unclear(Exception):
    """Perhaps handed over, perhaps not."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def channel(name: str) -> Any:
    """The module that sends for ``email`` or ``sms`` (by the configured provider)."""
    module = "email" if name == "email" else SMS_PROVIDERS[settings.SMS_PROVIDER]
    return import_module(f"notifications.channels.{module}")
