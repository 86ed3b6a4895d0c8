"""What people answer to an SMS: only what cannot be misunderstood changes something."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notifications import gsm7
from notifications.models import SmsReply
from scheduler import links
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.errors import LimitReached, SchedulerError
from scheduler.events import Actor
from scheduler.models import Client, Participant
from scheduler.services import attendance, booking, contacts, people

YES, NO, STOP = {"1", "ja"}, {"2", "absagen"}, {"stop", "stopp"}
SHOWN = 40
MOST_LINKS = 3


def answer(*, sender: str, body: str, provider_id: str, now: datetime) -> str:
    """Do what was asked and answer what is said back; the same reply twice changes nothing."""
    if not _first_time(provider_id, now):
        return ""
    word = re.sub(r"[^0-9a-z]", "", body.lower())
    if word in STOP:
        return _stop(list(Client.objects.filter(mobile=sender).select_related("office")), now)
    open_ones = _open(sender, now)
    if not open_ones:
        return ""
    with translation.override(_spoken(open_ones[0])):
        return _answer(word, body, open_ones, now)


def _answer(word: str, body: str, open_ones: list[Participant], now: datetime) -> str:
    if word not in YES | NO:
        return _pass_on(body, open_ones[0], now)
    if len(open_ones) > 1:
        return gsm7.normalised(
            _("Which appointment? Please choose: %(links)s") % {"links": _which(open_ones)}
        )
    try:
        return _do(word, open_ones[0], now)
    except SchedulerError:
        return _please_call(open_ones[0])


def _do(word: str, person: Participant, now: datetime) -> str:
    if word in YES:
        attendance.confirm(participant=person, now=now)
        return gsm7.normalised(_("Thank you. Your appointment is confirmed."))
    booking.cancel(appointment=person.appointment, by=Actor.of(person), now=now)
    return ""  # the cancellation has its own message


def _stop(persons: list[Client], now: datetime) -> str:
    """No SMS any more, to anybody at this number; the provider confirms it by itself."""
    for client in persons:
        contacts.withdraw_consent(client=client, channel="sms", by=Actor.of(client), now=now)
    return ""


def _pass_on(body: str, person: Participant, now: datetime) -> str:
    """To the caseworkers: the list of whom to call back, with the first words."""
    client = person.client
    said = "".join(sign for sign in " ".join(body.split()) if sign.isprintable())[:SHOWN]
    try:
        people.ask_callback(
            office=person.office,
            name=person.name or "SMS",
            phone=client.mobile or "" if client else "",
            language=person.language,
            window=said,
            now=now,
        )
    except LimitReached:
        return ""
    return gsm7.normalised(_("Thank you. We will call you back."))


def _please_call(person: Participant) -> str:
    said = _("This does not work by SMS any more. Please call us: %(phone)s")
    return gsm7.normalised(said % {"phone": person.office.phone})


def _open(sender: str, now: datetime) -> list[Participant]:
    """Everybody's part in a talk to come at this number: shared phones are common."""
    rows = Participant.objects.filter(
        role="client",
        revoked_at=None,
        client__mobile=sender,
        appointment__status=Status.BOOKED,
        appointment__start__gt=now,
    )
    needed = ("office", "client", "appointment__office", "appointment__service", "appointment__client")
    return list(rows.select_related(*needed).order_by("appointment__start", "pk"))


def _which(open_ones: list[Participant]) -> str:
    """Day, time and link of each: behind the link nothing changes without another click."""
    return " ".join(f"{_when(person)} {links.url(person)}" for person in open_ones[:MOST_LINKS])


def _when(person: Participant) -> str:
    start = localtime.local(person.appointment.start, localtime.zone(person.office.zone))
    return date_format(start, "D d.m. H:i")


def _spoken(person: Participant) -> str:
    return "en" if person.language.startswith("en") else "de"


def _first_time(provider_id: str, now: datetime) -> bool:
    try:
        with transaction.atomic():
            SmsReply.objects.create(provider_id=provider_id[:100], at=now)
    except IntegrityError:
        return False
    return True
