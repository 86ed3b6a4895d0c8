"""Appointments as iCalendar (RFC 5545) and as invitations (iTIP, RFC 5546)."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from scheduler import links
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment, Client, Office, Participant

PRODUCT = "-//Sprechzeit//Sprechzeit 1//DE"
BERLIN = "Europe/Berlin"


@dataclass(frozen=True)
class Revision:
    """Which state of an appointment is told: its SEQUENCE, when it came about, and when the talk starts.

    Of two with the same SEQUENCE the later one holds (RFC 5546, 2.1.5).
    """

    sequence: int
    at: datetime
    start: datetime


def present(appointment: Appointment) -> Revision:
    """The appointment as it stands."""
    return Revision(appointment.sequence, appointment.updated_at, appointment.start)


def calendar_file(participant: Participant) -> bytes:
    """The appointment as a file for her own calendar: without METHOD and ORGANIZER it is hers to change."""
    return bytes(_calendar(participant, present(participant.appointment)).to_ical())


def invite(
    participant: Participant, method: str = "REQUEST", *, address: str, revision: Revision | None = None
) -> bytes:
    """An iTIP message for exactly this person; ``method`` is REQUEST or CANCEL.

    The same UID for life and a rising SEQUENCE: a calendar updates and never duplicates.
    """
    revision = revision or present(participant.appointment)
    return bytes(_calendar(participant, revision, method, address).to_ical())


def _calendar(
    participant: Participant, revision: Revision, method: str | None = None, address: str = ""
) -> Calendar:
    appointment = participant.appointment
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    if appointment.office.zone == BERLIN:
        calendar.add_component(_berlin())
    with translation.override(participant.language.split("-")[0]):
        calendar.add_component(_event(participant, revision, method, address))
    if appointment.office.zone != BERLIN:
        calendar.add_missing_timezones()
    return calendar


def _event(participant: Participant, revision: Revision, method: str | None, address: str) -> Event:
    appointment = participant.appointment
    zone = localtime.zone(appointment.office.zone)
    gone = method == "CANCEL" or appointment.status == Status.CANCELLED
    event = Event()
    event.add("uid", str(appointment.uid))
    event.add("sequence", revision.sequence)
    event.add("dtstamp", revision.at.astimezone(UTC))
    event.add("dtstart", localtime.local(revision.start, zone))
    event.add("dtend", localtime.local(revision.start + (appointment.end - appointment.start), zone))
    event.add("summary", title(appointment, participant))
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if gone else "OPAQUE")
    if appointment.location:
        event.add(
            "location", ", ".join(filter(None, (appointment.location.name, appointment.location.address)))
        )
    if not gone:
        _add_link(event, participant)
    if method:
        event.add("organizer", _organizer(appointment.office), encode=False)
        event.add("attendee", _attendee(participant, address), encode=False)
    return event


def title(appointment: Appointment, reader: Participant) -> str:
    """Neutral: how, and with which office. Never the topic; the client's initials for her caseworker alone.

    Those, too, only where the office allows it: calendars of staff are often open to many.
    """
    how = {
        "video": _("Video appointment"),
        "phone": _("Phone appointment"),
        "on_site": _("Appointment on site"),
    }
    office = appointment.office
    place = office.mail_sender_name or office.name
    if reader.role == "caseworker" and office.staff_may_see_initials:
        place = _initials(appointment.client) or place
    return f"{how[appointment.mode]}, {place}"


def _initials(client: Client | None) -> str:
    if client is None or client.protected:
        return ""
    return ".".join(name[0] for name in client.name.split()) + "."


def _add_link(event: Event, participant: Participant) -> None:
    link = links.url(participant)
    event.add("url", link)
    event.add("description", _("All about this appointment: {link}").format(link=link))


def _organizer(office: Office) -> vCalAddress:
    address = vCalAddress(f"mailto:{bare(settings.DEFAULT_FROM_EMAIL)}")
    address.params["CN"] = vText(office.mail_sender_name or office.name)
    return address


def _attendee(participant: Participant, address: str) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{address}")
    if name := _printable(participant.name):
        attendee.params["CN"] = vText(name)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    answers = participant.role == "caseworker" and settings.MAILBOX
    attendee.params["RSVP"] = vText("TRUE" if answers else "FALSE")
    return attendee


def _printable(text: str) -> str:
    """One line without control characters, which no parameter may hold (RFC 5545, 3.1)."""
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def bare(address: str) -> str:
    """The address alone of ``Name <address>``."""
    return address.rsplit("<", 1)[-1].rstrip("> ")


def _berlin() -> Timezone:
    """Two rules instead of seventy dates (the rule of the European Union since 1996)."""
    zone = Timezone()
    zone.add("tzid", BERLIN)
    for kind, month, before, after, name in (
        (TimezoneDaylight(), 3, 1, 2, "CEST"),
        (TimezoneStandard(), 10, 2, 1, "CET"),
    ):
        kind.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, before + 1))  # noqa: DTZ001 - local by RFC
        kind.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        kind.add("tzoffsetfrom", timedelta(hours=before))
        kind.add("tzoffsetto", timedelta(hours=after))
        kind.add("tzname", name)
        zone.add_component(kind)
    return zone
