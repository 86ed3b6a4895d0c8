"""On which dates, and between which minutes, an office is closed."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import holidays

from scheduler.domain.recurrence import ClosedDay
from scheduler.models import Office
from scheduler.queries import sql


@lru_cache(maxsize=256)
def bank_holidays(region: str, year: int) -> frozenset[date]:
    """Bank holidays of an ISO 3166-2 region such as ``DE-HE``."""
    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


Own = tuple[date, int, int, bool]
"""A closing day of the office itself: date, closed from, closed until, lifted."""


def closed_days(office: Office, first: date, until: date) -> list[ClosedDay]:
    """Bank holidays that were not lifted and the office's own closing days, ``until`` exclusive."""
    rows = sql.dated(office.pk, first, until)
    return reckon(office, first, until, [row[1:] for row in rows if row[0] is None])


def reckon(office: Office, first: date, until: date, own: Iterable[Own]) -> list[ClosedDay]:
    """The same, where the office's own days are at hand."""
    own = list(own)
    lifted = {day for day, _, _, is_lifted in own if is_lifted}
    bank = [day for day in _holidays_between(office.region, first, until) if day not in lifted]
    shut = [ClosedDay(day, opens, closes) for day, opens, closes, is_lifted in own if not is_lifted]
    return [ClosedDay(day, 0, 1440) for day in bank] + shut


def _holidays_between(region: str, first: date, until: date) -> Iterable[date]:
    last = until - timedelta(days=1)
    for year in range(first.year, last.year + 1):
        yield from (day for day in bank_holidays(region, year) if first <= day < until)
