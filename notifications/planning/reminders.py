"""The reminders of an appointment, by the plan of its service."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from notifications import triggers
from notifications.planning.reach import channels_of
from notifications.planning.wishes import Wish
from notifications.triggers import Quiet, Stage
from scheduler.domain import localtime
from scheduler.models import Appointment, Event, Office, Participant
from scheduler.queries.closing import closed_days


def reminders(event: Event, appointment: Appointment, person: Participant) -> Iterable[Wish]:
    """What reminds the client; nobody else is reminded."""
    if person.role != "client":
        return
    quiet = quiet_of(appointment.office, event.at, appointment.start)
    channels = channels_of(person, "reminder")
    for stage in triggers.plan_of(appointment.service.reminder_plan):
        if stage.modes and appointment.mode not in stage.modes:
            continue
        yield from _reminder(stage, channels, event, appointment, person, quiet)


def _reminder(
    stage: Stage,
    channels: list[str],
    event: Event,
    appointment: Appointment,
    person: Participant,
    quiet: Quiet,
) -> Iterable[Wish]:
    due = triggers.reminder_due(stage, start=appointment.start, now=event.at, quiet=quiet)
    if due is None:
        return
    for channel in channels:
        if channel in stage.channels:
            yield Wish(person, channel, "reminder", due, appointment.start, stage.name, urgent=False)


def quiet_of(office: Office, now: datetime, start: datetime) -> Quiet:
    """The office's quiet hours and closed days around an appointment."""
    zone = localtime.zone(office.zone)
    first = localtime.local_date(min(now, start), zone) - timedelta(days=14)
    until = localtime.local_date(start, zone) + timedelta(days=1)
    whole_days: set[date] = {
        row.day for row in closed_days(office, first, until) if row.closes - row.opens == 1440
    }
    return Quiet(zone, office.quiet_from, office.quiet_until, whole_days.__contains__)
