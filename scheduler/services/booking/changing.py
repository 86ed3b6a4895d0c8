"""Moving and handing over."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from scheduler import policies
from scheduler.domain.lifecycle import Status
from scheduler.errors import IllegalTransition, Invalid, NotOffered, SlotTaken, TooLate
from scheduler.events import Actor, record
from scheduler.models import Allocation, Appointment, Caseworker, Interpreter, Location
from scheduler.queries import free_slots, load
from scheduler.queries.free_slots import Search
from scheduler.services.booking import claiming, company, making, rooms, special

_WRITTEN = [
    *("start", "end", "caseworker", "mode", "location", "interpreter_language"),
    *("special", "sequence", "updated_at"),
    *rooms.WRITTEN,
]


def move(
    *,
    appointment: Appointment,
    start: datetime,
    by: Actor,
    now: datetime,
    caseworker: Caseworker | None = None,
    special: bool = False,
) -> Appointment:
    """Another time for the same talk, with the same caseworker if she can, else with another.

    The old time is freed and the new one taken in one transaction; the room is renewed.
    Raises SlotTaken, NotOffered, TooLate, IllegalTransition, Invalid.
    """
    claiming.refuse_past(start, now)
    refuse_late(appointment, by, now)
    if start == appointment.start:
        if caseworker in (None, appointment.caseworker):
            return appointment
        return hand_over(appointment=appointment, caseworker=caseworker, by=by, now=now, offered=not special)
    search = search_of(appointment, caseworker)
    if special:
        return _Move(appointment, start, by, now, search).to_special(caseworker or appointment.caseworker)
    return _Move(appointment, start, by, now, search).to_offer()


def search_of(appointment: Appointment, caseworker: Caseworker | None = None) -> Search:
    """The search that would find this appointment's time."""
    return Search(
        appointment.office,
        appointment.service,
        appointment.mode,
        caseworker.pk if caseworker else None,
        interpreter=appointment.interpreter_language,
    )


class _Move:
    def __init__(
        self, appointment: Appointment, start: datetime, by: Actor, now: datetime, search: Search
    ) -> None:
        self.appointment, self.start, self.by, self.now, self.search = appointment, start, by, now, search
        self.before = (appointment.start, appointment.caseworker_id)

    def to_offer(self) -> Appointment:
        for pk in self._able():
            try:
                with transaction.atomic():
                    return self._to(claiming.with_schedule(self.search.office, pk))
            except (SlotTaken, NotOffered):
                self.appointment.refresh_from_db()
        raise claiming.refusal(self.search, start=self.start, now=self.now)

    def to_special(self, caseworker: Caseworker) -> Appointment:
        claiming.refuse_seconds(self.start)
        claiming.refuse_too_far(self.search.service, self.start, self.now)
        search = replace(self.search, caseworker=caseworker.pk)
        with transaction.atomic():
            caseworker = claiming.with_schedule(search.office, caseworker.pk)
            self._free(caseworker)
            self._write(caseworker)
            taken = special.take(search, appointment=self.appointment, caseworker=caseworker, now=self.now)
            self.appointment.special = True
            moved = self._finish(caseworker, taken.interpreter)
        moved.warnings = [*taken.warnings, *moved.warnings]
        return moved

    def _able(self) -> list[int]:
        """The present caseworker first and always: her own old time does not stand in her way."""
        own = self.appointment.caseworker_id
        if self.search.caseworker is not None:
            return [self.search.caseworker]
        others = free_slots.candidates(self.search, start=self.start, now=self.now)
        client = self.appointment.client
        turn = load.in_turn(office=self.search.office, able=others, start=self.start, client=client)
        return [own, *(pk for pk in turn if pk != own)]

    def _to(self, caseworker: Caseworker) -> Appointment:
        self._free(caseworker)
        search = replace(self.search, caseworker=caseworker.pk)
        if not free_slots.candidates(search, start=self.start, now=self.now):
            raise NotOffered
        self._write(caseworker)
        owner = {"appointment": self.appointment}
        claim = claiming.take(search, caseworker=caseworker, start=self.start, owner=owner, now=self.now)
        if claim is None:
            raise SlotTaken
        return self._finish(caseworker, claim.interpreter)

    def _free(self, caseworker: Caseworker) -> None:
        """Lock old and new calendars and the appointment, then give the old time back."""
        own = Allocation.objects.filter(appointment=self.appointment)
        claiming.lock([*own.values_list("schedule", flat=True), caseworker.schedule.pk], self.search)
        claiming.relock(self.appointment)
        own.delete()

    def _write(self, caseworker: Caseworker) -> None:
        moved = self.appointment
        moved.start, moved.end = self.start, self.start + timedelta(minutes=moved.service.duration_minutes)
        moved.caseworker, moved.special = caseworker, False
        moved.location = site_of(moved)

    def _finish(self, caseworker: Caseworker, interpreter: Interpreter | None) -> Appointment:
        rooms.renew_for_another_time(self.appointment, self.now)
        _change_caseworker(self.appointment, self.before[1], caseworker, self.now)
        _change_interpreter(self.appointment, interpreter, self.now)
        self.appointment.warnings = company.take_along(self.appointment, self.now)
        self.appointment.participants.update(confirmed_at=None)
        return changed(
            self.appointment,
            self.by,
            self.now,
            "appointment.moved",
            start_before=self.before[0].isoformat(),
            start_after=self.start.isoformat(),
            caseworker_before=self.before[1],
            caseworker_after=caseworker.pk,
        )


def hand_over(
    *, appointment: Appointment, caseworker: Caseworker, by: Actor, now: datetime, offered: bool = False
) -> Appointment:
    """The same talk at the same time with another caseworker (of the same office) who is free then.

    ``offered``: only where she offers this time; else what is overridden is answered as ``warnings``.
    Raises SlotTaken, NotOffered, Invalid, IllegalTransition where the talk no longer stands.
    """
    if caseworker.pk == appointment.caseworker_id:
        raise Invalid(field="caseworker", problem="same")
    refuse_over(appointment, now)
    claiming.refuse_inactive(caseworker)
    claiming.refuse_unnamed(appointment.client, caseworker)
    before = appointment.caseworker_id
    with transaction.atomic():
        new = claiming.with_schedule(appointment.office, caseworker.pk)
        warnings = _take_over(appointment, new, now, offered)
        _change_caseworker(appointment, before, new, now)
        if rooms.is_empty(appointment):
            rooms.renew(appointment, now)
        verb = "appointment.handed_over"
        changed(appointment, by, now, verb, caseworker_before=before, caseworker_after=new.pk)
    appointment.warnings = warnings
    return appointment


def _take_over(appointment: Appointment, new: Caseworker, now: datetime, offered: bool) -> list[str]:
    """The former caseworker's time is free, the new one's taken; answers what was overridden."""
    search, own = search_of(appointment, new), Allocation.objects.filter(appointment=appointment)
    claiming.lock([*own.values_list("schedule", flat=True), new.schedule.pk])
    claiming.relock(appointment)
    own.filter(schedule__caseworker__in=[appointment.caseworker_id, new.pk]).delete()
    if offered and not free_slots.candidates(search, start=appointment.start, now=now):
        raise NotOffered
    appointment.caseworker, appointment.said, appointment.said_at = new, "", None
    appointment.location = site_of(appointment)
    search = replace(search, interpreter="")
    return special.take(search, appointment=appointment, caseworker=new, now=now).warnings


def site_of(appointment: Appointment) -> Location | None:
    """Where an on-site talk is: the site of the opening it lies in."""
    if appointment.mode != "on_site":
        return None
    search = search_of(appointment)
    return free_slots.location_at(search, appointment.caseworker_id, appointment.start)


def refuse_over(appointment: Appointment, now: datetime) -> None:
    """Nothing is changed that no longer stands or whose door has closed. Raises IllegalTransition."""
    if appointment.status != Status.BOOKED or now >= policies.door(appointment)[1]:
        raise IllegalTransition(status=appointment.status)


def refuse_late(appointment: Appointment, by: Actor, now: datetime) -> None:
    """Clients keep to the deadline. Raises TooLate, IllegalTransition."""
    refuse_over(appointment, now)
    if by.is_client and not policies.may_change(appointment, now):
        raise TooLate(deadline=policies.change_deadline(appointment))


def _change_caseworker(appointment: Appointment, before: int, new: Caseworker, now: datetime) -> None:
    if before == new.pk:
        return
    standing = appointment.participants.filter(role="caseworker", revoked_at=None)
    standing.filter(caseworker=before).update(revoked_at=now)
    if not standing.filter(caseworker=new).exists():
        making.counselling(new, appointment).save()


def _change_interpreter(appointment: Appointment, interpreter: Interpreter | None, now: datetime) -> None:
    standing = appointment.participants.filter(role="interpreter", revoked_at=None)
    if interpreter and standing.filter(interpreter=interpreter).exists():
        return
    standing.update(revoked_at=now)
    if interpreter:
        making.interpreting(interpreter, appointment).save()


def changed(appointment: Appointment, by: Actor, now: datetime, verb: str, **payload: object) -> Appointment:
    """Write what was changed and record it."""
    appointment.sequence += 1
    appointment.updated_at = now
    appointment.save(update_fields=_WRITTEN)
    record(
        office=appointment.office,
        verb=verb,
        subject=appointment,
        appointment=appointment,
        by=by,
        now=now,
        **payload,
    )
    return appointment
