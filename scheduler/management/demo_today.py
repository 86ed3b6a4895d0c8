"""What a demo office needs today, however long ago it was made: a guest with talks, free times."""

from datetime import datetime, timedelta
from itertools import product

from django.db.models import F, QuerySet

from scheduler.domain import localtime
from scheduler.errors import SchedulerError
from scheduler.events import SYSTEM
from scheduler.models import Appointment, Caseworker, Client, Office, Service
from scheduler.queries.free_slots import Search, next_free
from scheduler.services import booking, contacts, people, publishing

NAME, EMAIL = "Kim Beispiel", "kim@demo.example"
SOON = timedelta(minutes=10)
WITHIN = timedelta(days=7)
MORE_HOURS = ((16 * 60, 19 * 60), (19 * 60, 22 * 60), (6 * 60, 9 * 60))


def bring_up_to_date(office: Office, now: datetime) -> None:
    """Kim has a talk soon and one to come, and every concern has free times within a week.

    Raises ValueError for an office that is no demo.
    """
    if not office.is_demo:
        raise ValueError(f"{office.slug} is no demo")
    services = list(Service.objects.of(office).filter(active=True).order_by("pk"))
    for service in services:
        _open_more(service, now)
    _keep_busy(_guest(office, now), services, now)


def _guest(office: Office, now: datetime) -> Client:
    """Kim; made anew where forgotten people were erased by night."""
    known: Client | None = Client.objects.of(office).filter(name=NAME, email=EMAIL).first()
    return known or _make_guest(office, now)


def _make_guest(office: Office, now: datetime) -> Client:
    client = people.make_client(
        office=office,
        name=NAME,
        email=EMAIL,
        mobile="+491701234567",
        caseworker=_caseworkers(office).first(),
        matched=True,
        now=now,
    )
    for channel in ("email", "sms"):
        contacts.consent(client=client, channel=channel, by=SYSTEM, now=now)
    return client


def _caseworkers(office: Office) -> "QuerySet[Caseworker]":
    """Whoever can sign in first."""
    rows: QuerySet[Caseworker] = Caseworker.objects.of(office).filter(active=True)
    return rows.select_related("office", "schedule").order_by(F("user_id").asc(nulls_last=True), "pk")


def _keep_busy(client: Client, services: list[Service], now: datetime) -> None:
    coming = Appointment.objects.of(client.office).to_come(now).filter(client=client)
    if not coming.filter(start__lte=now + 3 * SOON, end__gt=now + SOON / 2).exists():
        _talk_soon(client, services[min(1, len(services) - 1)], now)
    if not coming.filter(start__gt=now + 3 * SOON).exists():
        for slot in next_free(Search(client.office, services[0], "video", client.caseworker_id), now=now):
            _book(client, services[0], client.caseworker, slot.start, now)


def _talk_soon(client: Client, service: Service, now: datetime) -> None:
    """In ten minutes, or as soon after as somebody has time."""
    first = (now + SOON).replace(second=0, microsecond=0)
    for minutes, worker in product(range(0, 20, 5), _caseworkers(client.office)):
        try:
            _book(client, service, worker, first + timedelta(minutes=minutes), now, special=True)
        except SchedulerError:
            continue
        return


def _open_more(service: Service, now: datetime) -> None:
    """One more opening on one date after the other, until something is free within a week."""
    able = _caseworkers(service.office).filter(services=service)
    for days, hours, caseworker in product(range(2, 7), MORE_HOURS, able):
        soonest = next(iter(next_free(Search(service.office, service, "video"), now=now)), None)
        if soonest and soonest.start < now + WITHIN:
            return
        _open(caseworker, hours, days, now)


def _open(caseworker: Caseworker, hours: tuple[int, int], days: int, now: datetime) -> None:
    zone = localtime.zone(caseworker.office.zone)
    day = localtime.local_date(now, zone) + timedelta(days=days)
    wish = publishing.Wish(day.weekday(), *hours, starts_on=day, ends_on=day)
    try:
        publishing.publish(schedule=caseworker.schedule, wish=wish, by=SYSTEM, now=now)
    except SchedulerError:
        return


def _book(
    client: Client,
    service: Service,
    worker: Caseworker | None,
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
