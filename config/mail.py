"""What the addresses of mail servers say: where mail goes out, and where what comes back is read."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

IMAP_PORTS = {"imap": 143, "imap+tls": 143, "imap+ssl": 993}
SERVER = "EMAIL_URL must begin with smtp+tls://, smtp+ssl://, smtp:// or file://, and a port is a number."
MAILBOX = "MAILBOX_URL must be imap+ssl://user:password@host:993/INBOX, or begin with imap+tls:// or imap://."
PLAIN = re.compile(r"[\x20-\x7e]+")
"""What LOGIN and SELECT take between quotation marks (RFC 3501, 4.3)."""


def mail_from(address: str) -> dict[str, Any]:
    """The mail server in an address: ``smtp+tls://`` (STARTTLS), ``smtp+ssl://`` (TLS at once), ``smtp://``."""
    scheme, _, rest = address.partition("://")
    try:
        found, port = dj_email_url.parse(f"{scheme.split('+')[0]}://{rest}"), urlsplit(address).port
    except ValueError:
        raise ImproperlyConfigured(SERVER) from None
    if "EMAIL_BACKEND" not in found or scheme.partition("+")[2] not in ("", "tls", "ssl"):
        raise ImproperlyConfigured(SERVER)
    if scheme == "smtp+tls":
        found.update(EMAIL_USE_TLS=True, EMAIL_USE_SSL=False, EMAIL_PORT=port or 587)
    if scheme == "smtp+ssl":
        found.update(EMAIL_USE_TLS=False, EMAIL_USE_SSL=True, EMAIL_PORT=port or 465)
    return found


def mailbox_from(address: str) -> dict[str, Any]:
    """The mailbox in an address: ``imap+ssl://`` (TLS at once), ``imap+tls://`` (STARTTLS), ``imap://``.

    Empty where there is none. Raises ImproperlyConfigured, without the address: it holds a password.
    """
    if not address:
        return {}
    try:
        return _mailbox(address)
    except ValueError:
        raise ImproperlyConfigured(MAILBOX) from None


def _mailbox(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    words = {
        "host": parts.hostname or "",
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "folder": unquote(parts.path.removeprefix("/")) or "INBOX",
    }
    if parts.scheme not in IMAP_PORTS or not all(PLAIN.fullmatch(word) for word in words.values()):
        raise ValueError
    security = parts.scheme.partition("+")[2]
    return {**words, "security": security, "port": parts.port or IMAP_PORTS[parts.scheme]}
