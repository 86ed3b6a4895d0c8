"""System checks: settings that would fail late, or quietly weaken tokens and links, are said at the start."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from notifications.channels import SMS_PROVIDERS
from scheduler import links, policies
from scheduler.conference import keys

SECRET_BYTES = 32
SECRET_VARIETY = 10
GUESSABLE = re.compile(r"change.?me|example|password|passwort|secret|geheim|my_jitsi", re.IGNORECASE)
KEY_BITS = 2048
JITSI_PROVIDERS = ("", "self", "jaas")
US_HOSTS = ("8x8.vc", "meet.jit.si")
UNTOLD = {
    "self": "JITSI_CALLBACK_SECRET is empty: Jitsi opens rooms of moved and cancelled appointments, too",
    "jaas": "8x8 neither asks nor tells us: rooms of moved and cancelled appointments stay open, too",
}
US_PROCESSOR = (
    "is run by a company under US law, which can be made to hand over what it holds: sign a contract "
    "(Art. 28 GDPR), have a basis for the transfer (Art. 44-49), and for social data tell your authority "
    "first and rest on an adequacy decision (§ 80 SGB X)."
)


@register()
def settings_hold(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Errors: with these settings links, rooms or messages cannot work or are not safe."""
    return [Error(text, id=f"sprechzeit.E{number:03}") for number, text in _problems()]


@register(deploy=True)
def settings_fit_for_people(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warnings of ``check --deploy``: what an office must know before real people use it."""
    return [Warning(text, id=f"sprechzeit.W{number:03}") for number, text in _doubts()]


def problems() -> list[str]:
    """Everything that must be put right before the start, one line each."""
    return [text for _, text in _problems()]


def _problems() -> Iterator[tuple[int, str]]:
    yield from _about_address()
    yield from _about_links()
    yield from _about_rooms()
    yield from _about_sms()
    yield from _about_metrics()
    if settings.Q_CLUSTER.get("redis") == "":
        yield 31, "QUEUE_BROKER is redis, but REDIS_URL is empty."


def _about_address() -> Iterator[tuple[int, str]]:
    if not re.fullmatch(r"https?://[^/?#\s]+", settings.PUBLIC_BASE_URL):
        yield (
            1,
            "PUBLIC_BASE_URL must be http:// or https:// and a host, without a path: it starts every link.",
        )


def _about_links() -> Iterator[tuple[int, str]]:
    try:
        links.key_ring(settings.LINK_KEYS)
    except ValueError:
        yield (
            2,
            "LINK_KEYS must be `digit:base64,…`, every digit once, every key of at least 32 bytes: "
            "`make setup` writes one.",
        )


def _about_rooms() -> Iterator[tuple[int, str]]:
    if settings.JITSI_PROVIDER not in JITSI_PROVIDERS:
        yield (
            10,
            f"JITSI_PROVIDER is {settings.JITSI_PROVIDER!r}: it must be empty (stand-in room), self or jaas.",
        )
    elif settings.JITSI_PROVIDER:
        yield from _about_host()
        yield from _about_own_server() if settings.JITSI_PROVIDER == "self" else _about_jaas()
    yield from _about_old_keys()
    if 0 < len(settings.JITSI_CALLBACK_SECRET.encode()) < SECRET_BYTES:
        yield 18, "JITSI_CALLBACK_SECRET is too short: the room server's calls need at least 32 bytes."


def _about_host() -> Iterator[tuple[int, str]]:
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", settings.JITSI_HOST):
        yield 11, "JITSI_HOST must be the room server's host alone, such as meet.example."
    if not re.fullmatch(r"(none|https?://[A-Za-z0-9.-]+(:\d+)?/?)?", settings.JITSI_INTERNAL_URL):
        yield 27, "JITSI_INTERNAL_URL must be empty, none, or an address such as http://jitsi-web:80."


def _about_own_server() -> Iterator[tuple[int, str]]:
    if not settings.JITSI_APP_ID:
        yield 12, "JITSI_APP_ID is missing: the room server refuses tokens without an issuer (iss)."
    if settings.JITSI_PRIVATE_KEY_FILE:
        yield from _about_key_file()
        if not settings.JITSI_KEY_ID:
            yield 14, "JITSI_KEY_ID is missing: with RS256 the room server looks the key up by kid."
    elif len(settings.JITSI_APP_SECRET.encode()) < SECRET_BYTES:
        yield (
            13,
            "JITSI_APP_SECRET needs at least 32 bytes (HS256), or set JITSI_PRIVATE_KEY_FILE (RS256): "
            "whoever guesses it enters every room.",
        )


def _about_jaas() -> Iterator[tuple[int, str]]:
    yield from _about_key_file()
    if not re.fullmatch(r"[^/\s]+/[^/\s]+", settings.JITSI_KEY_ID):
        yield 15, "JITSI_KEY_ID must be `<AppID>/<key>` for jaas, as 8x8 shows it."


def _about_key_file() -> Iterator[tuple[int, str]]:
    if not settings.JITSI_PRIVATE_KEY_FILE:
        yield 16, "JITSI_PRIVATE_KEY_FILE is missing: jaas needs the path of a private RSA key (PEM)."
    elif not _is_strong_key(settings.JITSI_PRIVATE_KEY_FILE):
        yield (
            17,
            "JITSI_PRIVATE_KEY_FILE must be a readable private RSA key (PEM, without a password) "
            f"of at least {KEY_BITS} bits.",
        )


def _about_old_keys() -> Iterator[tuple[int, str]]:
    try:
        for path in keys.old_files(settings.JITSI_OLD_PUBLIC_KEY_FILES).values():
            keys.public_pem(path)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        yield (
            19,
            "JITSI_OLD_PUBLIC_KEY_FILES must be `kid=path,…`, each kid once, each file a readable RSA key "
            "(PEM): tokens that were signed with it would be refused.",
        )


def _is_strong_key(path: str) -> bool:
    try:
        key = load_pem_private_key(Path(path).read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return isinstance(key, RSAPrivateKey) and key.key_size >= KEY_BITS


def _about_sms() -> Iterator[tuple[int, str]]:
    if settings.SMS_PROVIDER not in SMS_PROVIDERS:
        names = " or ".join(name or "empty (files)" for name in SMS_PROVIDERS)
        yield 20, f"SMS_PROVIDER is {settings.SMS_PROVIDER!r}: it must be {names}."
    elif settings.SMS_PROVIDER == "twilio":
        yield from _about_twilio()
    elif settings.SMS_PROVIDER == "gateway":
        yield from _about_gateway()


def _about_twilio() -> Iterator[tuple[int, str]]:
    if not re.fullmatch(r"AC[0-9a-f]{32}", settings.TWILIO_ACCOUNT_SID):
        yield 21, "TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits."
    if not settings.TWILIO_AUTH_TOKEN:
        yield 22, "TWILIO_AUTH_TOKEN is missing: without it no SMS leaves."
    if not (settings.TWILIO_MESSAGING_SERVICE_SID or settings.TWILIO_FROM):
        yield 23, "TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM is missing: an SMS needs a sender."
    if not re.fullmatch(r"|\+?[0-9]{3,15}|[A-Za-z0-9 _&+-]{1,11}", settings.TWILIO_FROM):
        yield 28, "TWILIO_FROM must be a number (+49…) or a name of at most 11 letters and digits."


def _about_gateway() -> Iterator[tuple[int, str]]:
    for name in ("SMS_GATEWAY_URL", "SMS_GATEWAY_LOOKUP_URL"):
        address = getattr(settings, name)
        if address and not re.match(r"https://|http://(localhost|127\.0\.0\.1)[:/]", address):
            yield 24, f"{name} must begin with https://: numbers and links go there."
    if not settings.SMS_GATEWAY_URL or not settings.SMS_GATEWAY_TOKEN:
        yield 25, "SMS_GATEWAY_URL and SMS_GATEWAY_TOKEN are both needed for SMS_PROVIDER=gateway."
    if 0 < len(settings.SMS_GATEWAY_CALLBACK_TOKEN.encode()) < SECRET_BYTES:
        yield 26, "SMS_GATEWAY_CALLBACK_TOKEN is too short: at least 32 bytes."


def _about_metrics() -> Iterator[tuple[int, str]]:
    if 0 < len(settings.METRICS_TOKEN.encode()) < SECRET_BYTES:
        yield 30, "METRICS_TOKEN is too short: at least 32 bytes, such as `openssl rand -hex 32` gives."


def _doubts() -> Iterator[tuple[int, str]]:
    if settings.DEMO and settings.PUBLIC_BASE_URL.startswith("https://"):
        yield 1, "DEMO=1 on a public address: everybody can read the demo's messages and sign-ins."
    yield from _doubts_about_rooms()
    if settings.SMS_PROVIDER == "twilio":
        yield 4, f"Twilio {US_PROCESSOR}"
    if settings.SMS_PROVIDER == "gateway" and not settings.SMS_GATEWAY_LOOKUP_URL:
        yield 11, "SMS_GATEWAY_LOOKUP_URL is empty: an SMS whose fate is unclear goes on the office's list."
    if not settings.MAILBOX:
        yield 12, "MAILBOX_URL is empty: replies to invitations and bounces are not read."
    if not settings.SMS_PROVIDER:
        yield 5, "SMS_PROVIDER is empty: SMS are written to files and reach nobody."


def _doubts_about_rooms() -> Iterator[tuple[int, str]]:
    if not settings.JITSI_PROVIDER:
        yield (
            2,
            "JITSI_PROVIDER is empty: video appointments lead to a stand-in page without picture and sound.",
        )
    elif _is_of(settings.JITSI_HOST, US_HOSTS):
        yield 3, f"{settings.JITSI_HOST} {US_PROCESSOR}"
    yield from _doubts_about_secrets()
    if settings.JITSI_PROVIDER and settings.PUBLIC_BASE_URL.startswith("http://"):
        yield (
            7,
            "PUBLIC_BASE_URL is http://: personal links and the calls of the room server travel in the open.",
        )
    if settings.JITSI_PROVIDER in UNTOLD and not policies.presence_may_be_told():
        yield 9, f"{UNTOLD[settings.JITSI_PROVIDER]}, and no outcome can be proposed."
    if settings.JITSI_PROVIDER == "self" and not settings.JITSI_SUBJECT:
        yield (
            6,
            "JITSI_SUBJECT is empty, so sub is the public host: Prosody compares it with its own XMPP domain "
            "(docker image: meet.jitsi).",
        )


def _doubts_about_secrets() -> Iterator[tuple[int, str]]:
    for name in ("JITSI_APP_SECRET", "JITSI_CALLBACK_SECRET"):
        secret = getattr(settings, name)
        if secret and (len(set(secret)) < SECRET_VARIETY or GUESSABLE.search(secret)):
            yield 8, f"{name} looks as if it could be guessed: `openssl rand -hex 32` makes a good one."
    if settings.JITSI_CALLBACK_SECRET and settings.JITSI_CALLBACK_SECRET == settings.JITSI_APP_SECRET:
        yield 10, "JITSI_CALLBACK_SECRET is JITSI_APP_SECRET: whoever may ask us could also make tokens."
    if set(settings.JITSI_CALLBACK_SECRET) & set(",'\""):
        yield (
            13,
            "JITSI_CALLBACK_SECRET holds a comma or a quote: XMPP_CONFIGURATION of Jitsi's image ends there.",
        )


def _is_of(host: str, domains: Iterable[str]) -> bool:
    name = host.lower().rsplit(":", 1)[0]
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)
