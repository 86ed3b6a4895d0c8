"""Six digits prove that an address is somebody's; they never say who she is in our books."""

import hashlib
import hmac
import logging
import secrets
import unicodedata
from datetime import datetime, timedelta

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import transaction
from django.db.models import F

from scheduler import policies
from scheduler.errors import CodeWrong, Invalid, LimitReached
from scheduler.events import SYSTEM, Actor, record
from scheduler.models import Client, ContactProof, Event, Office
from scheduler.services import contacts, people

logger = logging.getLogger(__name__)
USED_UP = {"email": "codes.email_used_up", "sms": "codes.sms_used_up"}
"""What is recorded once a day where an office sends no more codes by a channel."""
PER_HOUR = {"address": 5, "session": 10, "origin": 40}
"""Codes an hour. Many may sit behind one network address: a shelter, a library, a booth of ours."""
reachable = EmailValidator(allowlist=[])
"""An address of the internet: Django's own would take ``@localhost``, too."""


def normal_email(text: str) -> str:
    """The address in lower case on one line. Raises Invalid."""
    text = text.strip().lower()
    try:
        reachable(text)
    except ValidationError:
        raise Invalid(field="email", problem="unknown") from None
    if len(text) > 254:
        raise Invalid(field="email", problem="too_long")
    return text


def normal_mobile(text: str) -> str:
    """A German mobile number as E.164. Raises Invalid for anything else."""
    try:
        number = phonenumbers.parse(text[:40], "DE")
    except phonenumbers.NumberParseException:
        raise Invalid(field="mobile", problem="unknown") from None
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    if number.country_code != 49 or not mobile or not phonenumbers.is_valid_number(number):
        raise Invalid(field="mobile", problem="no_mobile")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_phone(text: str) -> str:
    """Any phone number that can exist, as E.164; German unless it says otherwise. Raises Invalid."""
    try:
        number = phonenumbers.parse(text[:40], "DE")
    except phonenumbers.NumberParseException:
        raise Invalid(field="phone", problem="no_number") from None
    if not phonenumbers.is_valid_number(number):
        raise Invalid(field="phone", problem="no_number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def ask_code(
    *,
    office: Office,
    channel: str,
    address: str,
    session: str,
    language: str,
    now: datetime,
    origin: str = "",
) -> ContactProof:
    """Send six digits by email or sms to an address; the same answer whether we know it or not.

    ``origin`` is a keyed hash of the network address. Raises Invalid, LimitReached.
    """
    normal = normal_email(address) if channel == "email" else normal_mobile(address)
    whose = {"address": normal, "session": session, "origin": origin}
    _refuse_floods(office, whose, now)
    _keep_budget(office, channel, now)
    with transaction.atomic():
        proof = ContactProof.objects.create(
            office=office,
            channel=channel,
            nonce=secrets.token_hex(16),
            language=language,
            **whose,
            created_at=now,
            expires_at=now + timedelta(minutes=policies.CODE_MINUTES),
        )
        record(office=office, verb="code.asked", subject=proof, by=Actor("visitor"), now=now)
    return proof


def code_of(proof: ContactProof) -> str:
    """The six digits: an HMAC of id and nonce, never stored."""
    key = hashlib.sha256(b"contact code" + settings.SECRET_KEY.encode()).digest()
    digest = hmac.new(key, f"{proof.pk}:{proof.nonce}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def prove(*, office: Office, proof_id: str, code: str, session: str, now: datetime) -> ContactProof:
    """Accept the right code of the same browser session. Raises CodeWrong with ``tries_left``."""
    rows = ContactProof.objects.of(office).filter(pk=proof_id, session=session, expires_at__gt=now)
    counted = rows.filter(tries__lt=policies.CODE_TRIES, proved_at=None).update(tries=F("tries") + 1)
    proof: ContactProof | None = rows.first()
    if proof and proof.proved_at:
        return proof
    if proof is None or not counted:
        raise CodeWrong(tries_left=0)
    typed = digits(code)
    if not hmac.compare_digest(typed, code_of(proof)):
        raise CodeWrong(tries_left=policies.CODE_TRIES - proof.tries)
    proof.proved_at = now
    proof.save(update_fields=["proved_at"])
    return proof


def digits(text: str) -> str:
    """The digits of a text in any script, as 0 to 9; everything else is left out."""
    values = (unicodedata.decimal(sign, None) for sign in text[:40])
    return "".join(str(value) for value in values if value is not None)


def client_for(*, office: Office, proof: ContactProof, name: str, language: str, now: datetime) -> Client:
    """The client with this proven contact and the same name, else a new one, not yet assigned."""
    if proof.proved_at is None:
        raise CodeWrong(tries_left=0)
    contact = {"email" if proof.channel == "email" else "mobile": proof.address}
    with transaction.atomic():
        person = people.Person(name, language=language, **contact)
        visitor = Actor("visitor")
        client = people.match_client(office=office, person=person, by=visitor, now=now)
        contacts.consent(client=client, channel=proof.channel, by=visitor, now=now)
    return client


def _refuse_floods(office: Office, whose: dict[str, str], now: datetime) -> None:
    rows = ContactProof.objects.of(office)
    last_hour = rows.filter(created_at__gt=now - timedelta(hours=1))
    for name, value in whose.items():
        if value and last_hour.filter(**{name: value}).count() >= PER_HOUR[name]:
            raise LimitReached(limit=f"codes_per_{name}")


def _keep_budget(office: Office, channel: str, now: datetime) -> None:
    """So many codes a day and channel: a flood of SMS does not shut out who asks by mail."""
    day = now - timedelta(days=1)
    asked = ContactProof.objects.of(office).filter(channel=channel, created_at__gt=day)
    if asked.count() < office.codes_per_day:
        return
    verb = USED_UP[channel]
    if not Event.objects.of(office).filter(verb=verb, at__gt=day).exists():
        with transaction.atomic():
            record(office=office, verb=verb, subject=office, by=SYSTEM, now=now)
        logger.error("office %s sends no more codes today: %s (%s)", office.pk, office.codes_per_day, channel)
    raise LimitReached(limit="codes_per_day")
