"""What somebody wishes to offer, and which wishes make no sense."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from scheduler.domain import localtime, recurrence
from scheduler.domain.recurrence import NEW, ON_SITE, Opening
from scheduler.errors import Invalid
from scheduler.models import Available, Location, Office, Schedule, Service

FAR = date(2100, 1, 1)


@dataclass(frozen=True)
class Wish:
    """An opening as somebody describes it: minutes of the local day, Monday is 0."""

    weekday: int
    opens: int
    closes: int
    starts_on: date
    ends_on: date | None = None
    every_weeks: int = 1
    modes: Sequence[str] = ()
    services: Sequence[Service] = ()
    location: Location | None = None
    home_office: bool = False

    @property
    def columns(self) -> dict[str, Any]:
        """Everything that is kept in the row of an opening: all but its services."""
        return {
            "weekday": self.weekday,
            "opens": self.opens,
            "closes": self.closes,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "every_weeks": self.every_weeks,
            "modes": list(self.modes),
            "location": self.location,
            "home_office": self.home_office,
        }


def opening_of(schedule: Schedule, wish: Wish) -> Opening:
    """The wish as the pure core reckons with it, not stored yet."""
    row = Available(pk=NEW, schedule=schedule, **wish.columns)
    return row.as_opening(frozenset(service.pk for service in wish.services))


def continued(opening: Available, wish: Wish, today: date) -> Wish:
    """The wish from today on at the earliest; an unchanged rhythm keeps its weeks."""
    first = max(today, wish.starts_on)
    if wish.every_weeks == opening.every_weeks:
        first = recurrence.in_step(opening.as_opening(), first)
    return replace(wish, starts_on=first)


def from_today(opening: Available, today: date) -> Opening:
    """What a stored opening offers from today on at the earliest; it keeps its weeks."""
    services = frozenset(one.pk for one in opening.services.all())
    known = opening.as_opening(services)
    return replace(known, first=recurrence.in_step(known, max(today, known.first)))


def today_in(office: Office, now: datetime) -> date:
    """The date on the office's calendar."""
    return localtime.local_date(now, localtime.zone(office.zone))


def refuse_past(office: Office, day: date, now: datetime, *, field: str = "day") -> None:
    """The past stays as it was offered: figures and history tell of it. Raises Invalid."""
    if day < today_in(office, now):
        raise Invalid(field=field, problem="past")


def refuse_nonsense(wish: Wish) -> None:
    """Raises Invalid."""
    if not 0 <= wish.weekday <= 6:
        raise Invalid(field="weekday", problem="unknown")
    refuse_hours(wish.opens, wish.closes)
    if wish.ends_on and wish.ends_on < wish.starts_on:
        raise Invalid(field="ends_on", problem="before_start")
    if not 1 <= wish.every_weeks <= 52:
        raise Invalid(field="every_weeks", problem="out_of_range")
    if wish.home_office and set(wish.modes) == {ON_SITE}:
        raise Invalid(field="modes", problem="not_offered")
    if wish.starts_on >= FAR:
        raise Invalid(field="starts_on", problem="out_of_range")


def refuse_hours(opens: int | None, closes: int | None) -> None:
    """Minutes of one local day, the end after the start. Raises Invalid."""
    if opens is None or not 0 <= opens < 1440:
        raise Invalid(field="opens", problem="out_of_range")
    if closes is None or not 0 < closes <= 1440:
        raise Invalid(field="closes", problem="out_of_range")
    if closes <= opens:
        raise Invalid(field="closes", problem="before_start")
