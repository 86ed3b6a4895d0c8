"""Those who sign in, and the guest who looks around."""

from datetime import datetime, timedelta

from scheduler.events import SYSTEM
from scheduler.models import Appointment, Caseworker, Client, Office, Service, Team, User
from scheduler.queries.free_slots import Search, next_free
from scheduler.services import booking, contacts, people


def make_staff(office: Office, workers: list[Caseworker]) -> None:
    """A caseworker, a lead, an administrator; passwords are set where the sign-ins are printed."""
    first = workers[0]
    first.user = User.objects.create_user("caseworker@demo.example", office=office, name=first.display_name)
    first.save(update_fields=["user"])
    lead = User.objects.create_user("lead@demo.example", office=office, name="Herr Leitstern")
    for team in Team.objects.of(office):
        team.leads.add(lead)
    User.objects.create_user("admin@demo.example", office=office, name="Frau Ordnungssinn", administers=True)


def make_guest(office: Office, services: list[Service], worker: Caseworker, now: datetime) -> None:
    """Somebody with a talk in ten minutes and one on the next free time."""
    client = people.make_client(
        office=office,
        name="Kim Beispiel",
        email="kim@demo.example",
        mobile="+491701234567",
        caseworker=worker,
        matched=True,
        now=now,
    )
    for channel in ("email", "sms"):
        contacts.consent(client=client, channel=channel, by=SYSTEM, now=now)
    soon = (now + timedelta(minutes=10)).replace(second=0, microsecond=0)
    _book(client, services[1], worker, soon, now, special=True)
    for slot in next_free(Search(office, services[0], "video", worker.pk), now=now):
        _book(client, services[0], worker, slot.start, now)


def _book(
    client: Client,
    service: Service,
    worker: Caseworker,
    start: datetime,
    now: datetime,
    special: bool = False,
) -> Appointment:
    return booking.book(
        office=client.office,
        service=service,
        start=start,
        mode="video",
        client=client,
        caseworker=worker,
        special=special,
        by=SYSTEM,
        now=now,
    )
