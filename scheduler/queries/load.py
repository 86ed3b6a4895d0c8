"""Who should get an appointment: own caseworker, her deputies, then whoever has the lightest week."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Sum

from scheduler.domain import localtime
from scheduler.models import Appointment, Caseworker, Client, Office


def in_turn(*, office: Office, able: Iterable[int], start: datetime, client: Client | None) -> list[int]:
    """Caseworker ids in the order in which they are tried; ``client`` None: a stranger, by load only."""
    able = list(able)
    if len(able) < 2:
        return able
    known = _known_to(client)
    weights = _booked_that_week(office, able, start)
    return sorted(able, key=lambda pk: (known.get(pk, 2), weights.get(pk, timedelta()), pk))


def _known_to(client: Client | None) -> dict[int, int]:
    if client is None or client.caseworker_id is None:
        return {}
    deputies = Caseworker.deputies.through.objects.filter(from_caseworker=client.caseworker_id)
    ranks = dict.fromkeys(deputies.values_list("to_caseworker", flat=True), 1)
    return {**ranks, client.caseworker_id: 0}


def _booked_that_week(office: Office, able: list[int], start: datetime) -> dict[int, timedelta]:
    zone = localtime.zone(office.zone)
    day = localtime.local_date(start, zone)
    monday = day - timedelta(days=day.weekday())
    begins, ends = (localtime.at(d, 0, zone) for d in (monday, monday + timedelta(days=7)))
    length = ExpressionWrapper(F("end") - F("start"), output_field=DurationField())
    rows = Appointment.objects.of(office).booked().filter(caseworker__in=able).overlapping(begins, ends)
    return dict(rows.order_by().values_list("caseworker").annotate(total=Sum(length)))
