"""Clients: made, matched, taken and opened by staff. A booking never overwrites a stored contact."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from scheduler.errors import Invalid, LimitReached
from scheduler.events import SYSTEM, Actor, record
from scheduler.models import (
    AccessReason,
    CallbackRequest,
    Caseworker,
    Client,
    Consent,
    Office,
    User,
)
from scheduler.models.plain import insert
from scheduler.queries import rows
from scheduler.services import contacts

WORDS = (
    *("Ahorn", "Amsel", "Anker", "Apfel", "Birke", "Birne", "Blume", "Brunnen", "Buche", "Dach"),
    *("Distel", "Eiche", "Esche", "Falke", "Feder", "Fichte", "Garten", "Geige", "Hafen", "Hase"),
    *("Hecke", "Honig", "Igel", "Insel", "Kanne", "Kastanie", "Kerze", "Kiesel", "Kirsche", "Kleeblatt"),
    *("Komet", "Kranich", "Laterne", "Lerche", "Linde", "Mohn", "Mond", "Muschel", "Nelke", "Nuss"),
    *("Perle", "Pinsel", "Quelle", "Regen", "Reiher", "Rose", "Segel", "Sonne", "Specht", "Stern"),
    *("Storch", "Tanne", "Tulpe", "Ufer", "Wald", "Welle", "Wiese", "Wolke", "Zeder", "Ziege"),
)
NAME_LENGTH = 120
DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
INVISIBLE = dict.fromkeys((*DIRECTIONS, 0x00AD, 0x200B, 0x2060, 0xFEFF))
REASON_HOLDS = timedelta(hours=12)
CALLBACKS_WAITING = 500
WORDS_KEPT = 40
CALLBACKS_PER_ORIGIN_AND_HOUR = 10


@dataclass(frozen=True)
class Person:
    """What somebody says of herself, before anybody knows whether she is a client already."""

    name: str
    email: str | None = None
    mobile: str | None = None
    language: str = "de"
    external_reference: str | None = None


def draw_word() -> str:
    """A word for the client's messages, so that she can tell them from fraud."""
    return secrets.choice(WORDS)


def clean_name(name: str) -> str:
    """The name on one line, as people write it in any script. Raises Invalid.

    Joiners stay: Persian names and some emoji are written with them. Marks that turn the direction and
    other invisible signs go: nobody types them on purpose, and they would let two equal names differ.
    """
    name = " ".join(name.translate(INVISIBLE).split())
    if not any(sign.isprintable() for sign in name):
        raise Invalid(field="name", problem="required")
    if len(name) > NAME_LENGTH:
        raise Invalid(field="name", problem="too_long")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name):
        raise Invalid(field="name", problem="control_character")
    return name


def make_client(
    *,
    office: Office,
    name: str,
    now: datetime,
    email: str | None = None,
    mobile: str | None = None,
    language: str = "de",
    external_reference: str | None = None,
    caseworker: Caseworker | None = None,
    matched: bool = False,
    by: Actor = SYSTEM,
) -> Client:
    """A new client with a word of her own; consents are given separately."""
    with transaction.atomic(savepoint=False):
        client = Client(
            office=office,
            name=clean_name(name),
            email=email or None,
            mobile=mobile or None,
            language=language,
            external_reference=external_reference or None,
            caseworker=caseworker,
            matched=matched,
            word=draw_word(),
            created_at=now,
        )
        insert([client])
        record(office=office, verb="client.made", subject=client, by=by, now=now)
    return client


def find_client(office: Office, person: Person) -> Client | None:
    """The client with this external reference, else with the same contact and name."""
    found = _by_reference(office, person.external_reference)
    return found or _by_contact(office, clean_name(person.name), person.email, person.mobile)


def match_client(*, office: Office, person: Person, by: Actor, now: datetime) -> Client:
    """The client whom ``find_client`` knows, else a new one."""
    known = find_client(office, person)
    return keep_offered(known, person) if known else meet(office=office, person=person, by=by, now=now)


def keep_offered(client: Client, person: Person) -> Client:
    """A contact that differs from the stored one is kept beside it for staff to confirm."""
    return _keep_offered(client, person.email, person.mobile)


def meet(*, office: Office, person: Person, by: Actor, now: datetime) -> Client:
    """A new client who may be told by the contacts she gave; the rival's where two bring one reference."""
    if not person.external_reference:
        return _newcomer(office, person, by, now)
    try:
        with transaction.atomic():
            return _newcomer(office, person, by, now)
    except IntegrityError:
        rival: Client = Client.objects.of(office).get(external_reference=person.external_reference)
        return rival


def change_client(
    *,
    client: Client,
    by: Actor,
    now: datetime,
    name: str | None = None,
    language: str | None = None,
    email: str | None = None,
    mobile: str | None = None,
) -> Client:
    """Change name or language; a differing contact is kept beside the stored one for staff to confirm."""
    with transaction.atomic():
        client.name = clean_name(name) if name is not None else client.name
        client.language = language or client.language
        client.save(update_fields=["name", "language"])
        _keep_offered(client, email, mobile)
        record(office=client.office, verb="client.changed", subject=client, by=by, now=now)
    return client


def ask_callback(
    *, office: Office, name: str, phone: str, language: str, window: str, now: datetime, origin: str = ""
) -> CallbackRequest:
    """ "Please call me." ``origin``: a keyed hash of the network address.

    Raises LimitReached where one number or one origin asks too often, or too many wait.
    """
    rows = CallbackRequest.objects.of(office)
    waiting, last_hour = rows.filter(done_at=None), rows.filter(created_at__gt=now - timedelta(hours=1))
    if waiting.filter(phone=phone).exists() or waiting.count() >= CALLBACKS_WAITING:
        raise LimitReached(limit="callbacks")
    if origin and last_hour.filter(origin=origin).count() >= CALLBACKS_PER_ORIGIN_AND_HOUR:
        raise LimitReached(limit="callbacks_per_origin")
    with transaction.atomic():
        row = CallbackRequest.objects.create(
            office=office,
            name=clean_name(name),
            phone=phone,
            language=language,
            window=window,
            origin=origin,
            created_at=now,
        )
        record(office=office, verb="callback.asked", subject=row, by=Actor("visitor"), now=now)
    return row


def add_to_callback(*, office: Office, phone: str, words: str, now: datetime) -> bool:
    """More words to the request of this number that waits, the newest kept; False where none waits."""
    waiting = CallbackRequest.objects.of(office).filter(phone=phone, done_at=None)
    with transaction.atomic():
        row = waiting.select_for_update(of=("self",), no_key=True).first()
        if row is None:
            return False
        before = "" if row.window == "any" else row.window
        row.window = " / ".join(filter(None, (before, words)))[-WORDS_KEPT:].strip()
        row.save(update_fields=["window"])
        record(office=office, verb="callback.added_to", subject=row, by=Actor("visitor"), now=now)
    return True


def take_client(*, client: Client, caseworker: Caseworker, by: Actor, now: datetime) -> bool:
    """Somebody not yet assigned becomes hers; False where a colleague was faster."""
    with transaction.atomic():
        free = Client.objects.of(client.office).filter(pk=client.pk, caseworker=None)
        if not free.update(caseworker=caseworker, matched=True):
            return False
        record(
            office=client.office,
            verb="client.changed",
            subject=client,
            by=by,
            now=now,
            caseworker=caseworker.pk,
        )
    return True


def finish_callback(*, request: CallbackRequest, user: User, now: datetime) -> CallbackRequest:
    """She was called; who did it is kept."""
    with transaction.atomic():
        request.owner, request.done_at = user, now
        request.save(update_fields=["owner", "done_at"])
        record(office=request.office, verb="callback.done", subject=request, by=Actor.of(user), now=now)
    return request


def open_with_reason(*, client: Client, user: User, reason: str, now: datetime) -> AccessReason:
    """Staff outside the client's circle say why they open her; it holds for a day's work and is logged."""
    reason = " ".join(reason.split())
    if len(reason) < 5:
        raise Invalid(field="reason", problem="required")
    with transaction.atomic():
        row = AccessReason.objects.create(
            office=client.office,
            user=user,
            client=client,
            reason=reason[:200],
            at=now,
            until=now + REASON_HOLDS,
        )
        record(
            office=client.office, verb="client.opened_with_reason", subject=client, by=Actor.of(user), now=now
        )
    return row


def _newcomer(office: Office, person: Person, by: Actor, now: datetime) -> Client:
    client = make_client(
        office=office,
        name=person.name,
        now=now,
        email=person.email,
        mobile=person.mobile,
        language=person.language,
        external_reference=person.external_reference,
        matched=bool(person.external_reference),
        by=by,
    )
    told_by = [channel for channel, address in (("email", person.email), ("sms", person.mobile)) if address]
    version = contacts.TASK if by.kind == "key" else contacts.CONSENT
    given = [
        Consent(office=office, client=client, channel=channel, given_at=now, text_version=version)
        for channel in told_by
    ]
    insert(given)
    client._prefetched_objects_cache = {"consents": given}  # type: ignore[attr-defined]
    return client


def _by_reference(office: Office, reference: str | None) -> Client | None:
    return Client.objects.of(office).filter(external_reference=reference).first() if reference else None


def _by_contact(office: Office, name: str, email: str | None, mobile: str | None) -> Client | None:
    by_email = rows.client_by_email(office, name, email) if email else None
    if by_email or not mobile:
        return by_email
    return Client.objects.of(office).filter(name__iexact=name, mobile=mobile).first()


def _keep_offered(client: Client, email: str | None, mobile: str | None) -> Client:
    offered_email = email if email and email != client.email else client.offered_email
    offered_mobile = mobile if mobile and mobile != client.mobile else client.offered_mobile
    if (offered_email, offered_mobile) != (client.offered_email, client.offered_mobile):
        client.offered_email, client.offered_mobile = offered_email, offered_mobile
        client.save(update_fields=["offered_email", "offered_mobile"])
    return client
