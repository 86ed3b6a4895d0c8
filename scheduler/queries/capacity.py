"""What caseworkers offered: grid slots after absences, busy periods and closing days, before bookings."""

from collections import defaultdict
from datetime import date

from scheduler.domain import slots
from scheduler.domain.intervals import Span, merge
from scheduler.domain.recurrence import Opening
from scheduler.domain.utilisation import capacity
from scheduler.models import Available, Office, Service
from scheduler.queries.calendars import Window, calendars_per_opening

_Capacity = dict[int, list[Span]]


def offered(
    office: Office, first: date, until: date, *, service: Service | None = None, team: int | None = None
) -> _Capacity:
    """Schedule → spans of bookable capacity on the local dates ``[first, until)``.

    An opening counts once, by the service on it that yields most minutes (or by ``service``).
    Five statements, whatever the number of caseworkers.
    """
    openings, services = _openings(office, service, team)
    found: _Capacity = defaultdict(list)
    for opening, spans, blocked in calendars_per_opening(Window(office, first, until), openings):
        rules = [_rule(services[pk]) for pk in sorted(opening.services)]
        found[opening.schedule] += capacity([(span, rules) for span in spans], blocked)
    return {schedule: merge(spans) for schedule, spans in found.items()}


def _rule(service: Service) -> slots.Rule:
    return slots.Rule(service.duration_minutes * 60, service.buffer_minutes * 60, service.step * 60)


def _openings(
    office: Office, service: Service | None, team: int | None
) -> tuple[list[Opening], dict[int, Service]]:
    """Openings with the services that can be booked on them: their own, else all of their caseworker."""
    rows = Available.objects.of(office).published().filter(schedule__caseworker__isnull=False)
    if team is not None:
        rows = rows.filter(schedule__caseworker__team=team)
    rows = rows.select_related("schedule__caseworker").prefetch_related(
        "services", "schedule__caseworker__services"
    )
    services: dict[int, Service] = {}
    openings = []
    for row in rows:
        known = list(row.services.all()) or list(row.schedule.caseworker.services.all())
        wanted = [one for one in known if service is None or one == service]
        services.update({one.pk: one for one in wanted})
        openings.append(row.as_opening(frozenset(one.pk for one in wanted)))
    return openings, services
