"""Special appointments (Sondertermin): staff book what is really free, though not on offer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from scheduler import policies
from scheduler.domain import intervals, localtime
from scheduler.errors import SlotTaken
from scheduler.models import Allocation, Appointment, Caseworker, Interpreter, Schedule
from scheduler.queries import free_slots
from scheduler.queries.free_slots import Search
from scheduler.services.booking import claiming


@dataclass(frozen=True)
class Taken:
    """The codes of what was overridden, and the interpreter who comes along."""

    warnings: list[str]
    interpreter: Interpreter | None = None


def take(search: Search, *, appointment: Appointment, caseworker: Caseworker, now: datetime) -> Taken:
    """Claim the time of ``appointment`` off the offer, and an interpreter's where one is free.

    A neighbour's buffer is cut to the end of her talk; the own buffer ends at the next allocation.
    Where no interpreter is free the appointment no longer says that there is one. Raises SlotTaken for a
    real overlap.
    """
    schedule = caseworker.schedule
    claiming.lock([schedule.pk], search)
    able = _free_interpreters(search, appointment, now)
    warnings = _warnings(search, appointment, now)
    if _cut_buffers(schedule, appointment, now):
        warnings.append("buffer_cut")
    end = _own_end(search, schedule, appointment, now)
    row = Allocation(
        office=search.office, schedule=schedule, appointment=appointment, start=appointment.start, end=end
    )
    if not claiming.claim([row], now):
        raise SlotTaken(alternatives=free_slots.nearest(search, start=appointment.start, now=now))
    interpreter = _interpreter(able, appointment, now)
    if search.interpreter and interpreter is None:
        appointment.interpreter_language = ""
        warnings.append("interpreter_not_free")
    return Taken(warnings, interpreter)


def foreseen(step: Callable[[], Appointment]) -> list[str]:
    """What this step would override: it is done and given back, so that doing it says the same.

    Nothing stays written and nobody is told; whoever calls has the objects that were handed in changed.
    Raises what the step raises.
    """
    with transaction.atomic():
        warnings = step().warnings
        transaction.set_rollback(True)
    return list(warnings)


def _free_interpreters(search: Search, appointment: Appointment, now: datetime) -> list[Schedule]:
    if not search.interpreter:
        return []
    return free_slots.free_interpreters(search, start=appointment.start, now=now)


def _interpreter(able: list[Schedule], appointment: Appointment, now: datetime) -> Interpreter | None:
    times = {"start": appointment.start, "end": appointment.end}
    for schedule in able:
        row = Allocation(office=appointment.office, schedule=schedule, appointment=appointment, **times)
        if claiming.claim([row], now):
            return schedule.interpreter
    return None


def _cut_buffers(schedule: Schedule, appointment: Appointment, now: datetime) -> bool:
    start = appointment.start
    rows = schedule.allocations.in_force(now).overlapping(start, appointment.end)
    ended = Q(appointment__end__lte=start) | Q(hold__end__lte=start)
    in_buffer = rows.filter(ended, start__lt=start).select_related("appointment", "hold")
    for row in in_buffer:
        row.end = (row.appointment or row.hold).end
        row.save(update_fields=["end"])
    return bool(in_buffer)


def _own_end(search: Search, schedule: Schedule, appointment: Appointment, now: datetime) -> datetime:
    with_buffer = appointment.end + timedelta(seconds=search.rule.buffer)
    following = schedule.allocations.in_force(now).filter(start__gte=appointment.end, start__lt=with_buffer)
    starts: list[datetime] = [with_buffer, *following.values_list("start", flat=True)]
    return min(starts)


def _warnings(search: Search, appointment: Appointment, now: datetime) -> list[str]:
    start, service = appointment.start, search.service
    found = []
    if start < policies.earliest(service, now):
        found.append("in_notice")
    if start >= policies.latest(service, now):
        found.append("beyond_horizon")
    return found + _calendar_warnings(search, appointment, now)


def _calendar_warnings(search: Search, appointment: Appointment, now: datetime) -> list[str]:
    calendar = free_slots.calendar_of(search, on=appointment.start, now=now)
    slot = (localtime.epoch(appointment.start), localtime.epoch(appointment.end))
    around = [span for span in calendar.open if span[0] <= slot[0] and slot[1] <= span[1]]
    found = []
    if not around:
        found.append("outside_openings")
    elif all((slot[0] - opens) % search.rule.step for opens, _ in around):
        found.append("off_grid")
    if any(intervals.overlaps(slot, span) for span in calendar.blocked):
        found.append("absent_or_closed")
    return found
