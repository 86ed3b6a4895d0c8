"""On which dates, and between which minutes, an office is closed."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import holidays

from scheduler.domain import localtime
from scheduler.domain.intervals import Span
from scheduler.domain.recurrence import ClosedDay
from scheduler.models import ClosingDay, Office


@lru_cache(maxsize=256)
def bank_holidays(region: str, year: int) -> frozenset[date]:
    """Bank holidays of an ISO 3166-2 region such as ``DE-HE``."""
    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


def closed_days(office: Office, first: date, until: date) -> list[ClosedDay]:
    """Bank holidays that were not lifted and the office's own closing days, ``until`` exclusive."""
    own = list(ClosingDay.objects.of(office).filter(day__gte=first, day__lt=until))
    lifted = {row.day for row in own if row.lifted}
    whole = [
        ClosedDay(day, 0, 1440) for day in _holidays_between(office.region, first, until) if day not in lifted
    ]
    return whole + [ClosedDay(row.day, row.opens, row.closes) for row in own if not row.lifted]


def closed_spans(office: Office, first: date, until: date) -> list[Span]:
    """The same as spans of epoch seconds."""
    zone = localtime.zone(office.zone)
    return [
        (localtime.to_utc(row.day, row.opens, zone), localtime.to_utc(row.day, row.closes, zone))
        for row in closed_days(office, first, until)
    ]


def _holidays_between(region: str, first: date, until: date) -> Iterable[date]:
    last = until - timedelta(days=1)
    for year in range(first.year, last.year + 1):
        yield from (day for day in bank_holidays(region, year) if first <= day < until)
