"""What people answer to an SMS: only what cannot be misunderstood changes something."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from notifications import gsm7
from notifications.models import NOT_OUT, Message, SmsReply
from scheduler.domain.lifecycle import Status
from scheduler.errors import LimitReached, SchedulerError
from scheduler.events import Actor
from scheduler.models import Client, Office, Participant
from scheduler.services import attendance, booking, contacts, people

YES, NO, STOP = {"1", "ja"}, {"2", "absagen"}, {"stop", "stopp"}
NEWS = ("confirmation", "moved", "mode_changed", "handed_over")
SHOWN = 40
MOST_PHONES = 2


def answer(*, sender: str, body: str, provider_id: str, now: datetime) -> str:
    """Do what was asked and answer what is said back; the same reply twice changes nothing.

    It counts as seen only with what it led to: where that fails, the provider's next try is heard.
    """
    with transaction.atomic():
        return _heard(sender, body, now) if _first_time(provider_id, now) else ""


def _heard(sender: str, body: str, now: datetime) -> str:
    word = _word(body)
    if word in STOP:
        return _stop(list(Client.objects.filter(mobile=sender).select_related("office")), now)
    open_ones = _open(sender, now)
    if not open_ones:
        return _without_appointment(sender, body, now)
    with translation.override(_spoken(open_ones[0].language)):
        return _answer(word, body, open_ones, now)


def _word(body: str) -> str:
    """All that was said but space around it and a full stop or exclamation mark: nothing else is left out."""
    return " ".join(body.split()).rstrip(" .!").casefold()


def _answer(word: str, body: str, open_ones: list[Participant], now: datetime) -> str:
    first = open_ones[0]
    if _in_silence(open_ones):
        _to_each_office(body, open_ones, now)
        return ""
    if word not in YES | NO:
        return _to_each_office(body, open_ones, now)
    if len(open_ones) > 1:
        return _which(open_ones)
    try:
        return _please_call(first) if _is_to_hear(first) else _do(word, first, now)
    except SchedulerError:
        return _please_call(first)


def _in_silence(open_ones: list[Participant]) -> bool:
    """Safe contact: whoever holds the phone learns nothing from it, and changes nothing by it."""
    return any(person.client and person.client.no_messages for person in open_ones)


def _to_each_office(body: str, open_ones: list[Participant], now: datetime) -> str:
    by_office = {person.office_id: person for person in reversed(open_ones)}
    said = [_pass_on(body, one.client, one.office, now) for one in by_office.values()]
    return next(filter(None, said), "")


def _without_appointment(sender: str, body: str, now: datetime) -> str:
    """Somebody we know has written: each office that knows her calls back. Strangers are not heard."""
    by_office: dict[int, Client] = {}
    for client in Client.objects.filter(mobile=sender).select_related("office").order_by("pk"):
        by_office.setdefault(client.office_id, client)
    said = [_in_her_language(client, body, now) for client in by_office.values()]
    return next(filter(None, said), "")


def _in_her_language(client: Client, body: str, now: datetime) -> str:
    with translation.override(_spoken(client.language)):
        return _pass_on(body, client, client.office, now)


def _is_to_hear(person: Participant) -> bool:
    """Is what she answers to older than her appointment is now? Then her yes or no means another time."""
    talk = person.appointment
    rows = Message.objects.of(talk.office_id).filter(appointment=talk, sequence=talk.sequence)
    return rows.filter(participant=person, kind__in=NEWS, state__in=NOT_OUT).exists()


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


def _pass_on(body: str, client: Client | None, office: Office, now: datetime) -> str:
    """To the caseworkers: the list of whom to call back, with the first words. Safe contact: no answer.

    Who is on the list already has her answer; what she adds is kept, and two machines never talk for ever.
    """
    said = "".join(sign for sign in " ".join(body.split()) if sign.isprintable())[:SHOWN]
    if client is None or people.add_to_callback(
        office=office, phone=client.mobile or "", words=said, now=now
    ):
        return ""
    try:
        _ask_callback(said, client, office, now)
    except LimitReached:
        return ""
    return "" if client.no_messages else gsm7.normalised(_("Thank you. We will call you back."))


def _ask_callback(said: str, client: Client, office: Office, now: datetime) -> None:
    people.ask_callback(
        office=office,
        name=_name_of(client),
        phone=client.mobile or "",
        language=client.language,
        window=said,
        now=now,
    )


def _name_of(client: Client) -> str:
    """Hers, unless others share her number or only some may see her."""
    sharing = Client.objects.of(client.office).filter(mobile=client.mobile)
    return "SMS" if client.protected or sharing.exclude(name=client.name).exists() else client.name


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
    """Everybody at this number reads it: no times, no links. Each has hers in the message about her talk."""
    said = _("Which appointment? Please open the link in its message or call us: %(phone)s")
    phones = dict.fromkeys(person.office.phone for person in open_ones)
    return gsm7.normalised(said % {"phone": ", ".join(list(phones)[:MOST_PHONES])})


def _spoken(language: str) -> str:
    return "en" if language.startswith("en") else "de"


def _first_time(provider_id: str, now: datetime) -> bool:
    try:
        with transaction.atomic():
            SmsReply.objects.create(provider_id=provider_id[:100], at=now)
    except IntegrityError:
        return False
    return True
