"""Before the door of a room: the minutes around the start, and who waits."""

from datetime import timedelta

from scheduler.models import Appointment
from scheduler.queries import waiting
from tests.factories import utc

NINE = utc("2026-03-10 08:00")


def minutes(number):
    """So long after the start of the talk."""
    return NINE + timedelta(minutes=number)


def scene(appointment):
    """What is known about the people of this talk."""
    return waiting.scene_of(Appointment.objects.with_people().get(pk=appointment.pk))


def who_waits(appointment):
    """Roles, and since when."""
    return [(one.participant.role, one.since) for one in scene(appointment).waiting]
