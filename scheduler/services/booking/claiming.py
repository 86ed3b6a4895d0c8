"""How time is taken: lock where it is several people's, clear what has expired, claim, or say why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scheduler import policies
from scheduler.domain.lifecycle import Status
from scheduler.errors import IllegalTransition, Invalid, NotOffered, SchedulerError, SlotTaken
from scheduler.models import (
    Allocation,
    Appointment,
    Caseworker,
    Client,
    Interpreter,
    Office,
    Schedule,
    Service,
)
from scheduler.queries import free_slots, load, rows
from scheduler.queries.free_slots import Search


@dataclass(frozen=True)
class Claim:
    """What was taken: the caseworker's time with buffer and, where asked for, an interpreter's."""

    caseworker: Caseworker
    allocations: Sequence[Allocation]
    interpreter: Interpreter | None = None


def refuse_past(start: datetime, now: datetime) -> None:
    """Nobody books a time that has begun."""
    if start <= now:
        raise Invalid(field="start", problem="past")


def refuse_seconds(start: datetime) -> None:
    """A special appointment begins on a full minute, as every clock on a page shows it."""
    if start.second or start.microsecond:
        raise Invalid(field="start", problem="whole_minutes")


def refuse_too_far(service: Service, start: datetime, now: datetime) -> None:
    """Beyond the horizon staff may book, but not for another decade. Raises Invalid."""
    if start >= policies.latest_special(service, now):
        raise Invalid(field="start", problem="too_far")


def refuse_unoffered(search: Search) -> None:
    """What the service offers at all. Raises Invalid."""
    service = search.service
    if not service.active:
        raise Invalid(field="service", problem="not_offered")
    if search.mode not in service.offered_modes:
        raise Invalid(field="mode", problem="not_offered")
    if search.interpreter and not service.interpreter_possible:
        raise Invalid(field="interpreter", problem="not_offered")


def refuse_inactive(caseworker: Caseworker) -> None:
    """Nobody is given to somebody who no longer works here. Raises Invalid."""
    if not caseworker.active:
        raise Invalid(field="caseworker", problem="not_offered")


def refuse_unnamed(client: Client | None, caseworker: Caseworker) -> None:
    """A protected client is opened to the named staff alone. Raises Invalid."""
    if client and client.protected and not client.protected_for.filter(pk=caseworker.user_id).exists():
        raise Invalid(field="caseworker", problem="not_offered")


def able(search: Search, *, start: datetime, client: Client | None, now: datetime) -> list[int]:
    """Caseworkers to try, in turn; raises what is said to somebody who asks for a time that is gone."""
    refuse_past(start, now)
    ids = free_slots.candidates(search, start=start, now=now)
    if not ids:
        raise refusal(search, start=start, now=now)
    return load.in_turn(office=search.office, able=ids, start=start, client=client)


def refusal(search: Search, *, start: datetime, now: datetime) -> SchedulerError:
    """``SlotTaken`` with the nearest free times where the start lies on the grid, else ``NotOffered``."""
    on_grid, nearest = free_slots.gone(search, start=start, now=now)
    return SlotTaken(alternatives=nearest) if on_grid else NotOffered(alternatives=nearest)


def lock(schedules: Iterable[int], search: Search | None = None) -> None:
    """Lock these calendars in id order, so that claims of several never wait for each other in a circle.

    With a ``search`` those of all its interpreters too, free or not: who is free may change until the lock
    is had, and a second lock out of order would begin the circle.
    """
    schedules = [*schedules, *(free_slots.interpreting(search) if search else ())]
    wanted = Schedule.objects.filter(pk__in=set(schedules)).order_by("pk")
    list(wanted.select_for_update(no_key=True).values_list("pk", flat=True))


def relock(appointment: Appointment, *, with_outcome: bool = False) -> None:
    """Lock the row, after the calendars; whatever was decided on an older state is refused.

    ``with_outcome``: an outcome stands in nobody's way, only a cancellation does.
    """
    found = Appointment.objects.select_for_update(of=("self",), no_key=True).filter(pk=appointment.pk)
    status, sequence = found.values_list("status", "sequence").get()
    stands = status == Status.BOOKED or (with_outcome and status != Status.CANCELLED)
    if not stands or sequence != appointment.sequence:
        raise IllegalTransition(status=status)


def claim(wanted: Sequence[Allocation], now: datetime) -> bool:
    """Claim; where something stands in the way, once more after ended holds are gone."""
    return Allocation.claim(wanted) or (_drop_expired(wanted, now) and Allocation.claim(wanted))


def _drop_expired(wanted: Sequence[Allocation], now: datetime) -> bool:
    """Delete ended holds that stand in the way, in one order for everybody; False where there were none."""
    start, end = min(row.start for row in wanted), max(row.end for row in wanted)
    beside = Allocation.objects.filter(schedule__in=[row.schedule_id for row in wanted])
    ended = beside.expired(now).overlapping(start, end).order_by("schedule", "start")
    ids = list(ended.select_for_update(of=("self",)).values_list("pk", flat=True))
    if ids:
        Allocation.objects.filter(pk__in=ids).delete()
    return bool(ids)


def take(
    search: Search, *, caseworker: Caseworker, start: datetime, owner: dict[str, Any], now: datetime
) -> Claim | None:
    """Claim this caseworker's slot (and an interpreter); None if somebody was faster. Inside a transaction.

    ``owner`` is what the allocations hang on: an appointment, or a hold with its end.
    """
    duration, buffer = search.rule.duration, search.rule.buffer
    end = start + timedelta(seconds=duration)
    own = _row(caseworker.schedule, start, end + timedelta(seconds=buffer), owner)
    if not search.interpreter:
        return Claim(caseworker, [own]) if claim([own], now) else None
    return _take_with_interpreter(search, caseworker, own, end, owner, now)


def _take_with_interpreter(
    search: Search,
    caseworker: Caseworker,
    own: Allocation,
    end: datetime,
    owner: dict[str, Any],
    now: datetime,
) -> Claim | None:
    lock([caseworker.schedule.pk], search)
    for schedule in free_slots.free_interpreters(search, start=own.start, now=now):
        both = [own, _row(schedule, own.start, end, owner)]
        if claim(both, now):
            return Claim(caseworker, both, schedule.interpreter)
    return None


def _row(schedule: Schedule, start: datetime, end: datetime, owner: dict[str, Any]) -> Allocation:
    return Allocation(office_id=schedule.office_id, schedule=schedule, start=start, end=end, **owner)


def with_schedule(office: Office, pk: int) -> Caseworker:
    """A caseworker of the office with her calendar and her user. Raises Caseworker.DoesNotExist."""
    found = rows.caseworker(office, pk)
    if found is None:
        raise Caseworker.DoesNotExist
    return found
