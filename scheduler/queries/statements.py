"""What clients said about their talks; it stands beside the record for as long as the history is kept."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from scheduler.models import Appointment, Event, Participant


def not_working(appointments: Sequence[Appointment]) -> dict[int, list[datetime]]:
    """When the client said "I was there, it did not work", by appointment; two statements for a list."""
    people = Participant.objects.filter(appointment__in=appointments, role="client")
    subjects = [f"participant:{pk}" for pk in people.values_list("pk", flat=True)]
    said = Event.objects.filter(
        appointment__in=appointments, verb="participant.not_working", subject__in=subjects
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for appointment, at in said.order_by("at", "pk").values_list("appointment", "at"):
        found[appointment].append(at)
    return found
