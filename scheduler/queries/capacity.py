"""What caseworkers offered: grid slots after absences, busy periods and closing days, before bookings."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from scheduler import policies
from scheduler.domain.intervals import Span, merge
from scheduler.domain.recurrence import Opening
from scheduler.domain.utilisation import capacity
from scheduler.models import Available, Office, Service
from scheduler.queries.calendars import Window, calendars_per_opening

Capacity = dict[int, list[Span]]
"""Schedule → spans of bookable capacity."""


def offered(office: Office, first: date, until: date, *, team: int | None = None) -> Capacity:
    """What was offered on the local dates ``[first, until)``.

    An opening counts once, by the service on it that yields most minutes. Five statements, whatever the
    number of caseworkers.
    """
    return by_service(office, first, until, [None], team=team).get(None, {})


def by_service(
    office: Office, first: date, until: date, wanted: Iterable[int | None], *, team: int | None = None
) -> dict[int | None, Capacity]:
    """As ``offered`` (None), and by one service alone (its id), from the same five statements."""
    openings, services = _openings(office, team)
    keys = set(wanted)
    found: dict[int | None, Capacity] = defaultdict(lambda: defaultdict(list))
    for opening, spans, blocked in calendars_per_opening(Window(office, first, until), openings):
        for key in keys & {None, *opening.services}:
            rules = [policies.rule(services[pk]) for pk in sorted(opening.services) if key in {None, pk}]
            found[key][opening.schedule] += capacity([(span, rules) for span in spans], blocked)
    return {
        key: {schedule: merge(spans) for schedule, spans in schedules.items()}
        for key, schedules in found.items()
    }


def _openings(office: Office, team: int | None) -> tuple[list[Opening], dict[int, Service]]:
    """Openings with the services that can be booked on them: their own, else all of their caseworker."""
    rows = Available.objects.of(office).published().filter(schedule__caseworker__active=True)
    if team is not None:
        rows = rows.filter(schedule__caseworker__team=team)
    rows = rows.select_related("schedule__caseworker").prefetch_related(
        "services", "schedule__caseworker__services"
    )
    services: dict[int, Service] = {}
    openings = []
    for row in rows:
        known = list(row.services.all()) or list(row.schedule.caseworker.services.all())
        known = [one for one in known if one.active]
        services.update({one.pk: one for one in known})
        openings.append(row.as_opening(frozenset(one.pk for one in known)))
    return openings, services
