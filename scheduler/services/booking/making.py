"""Booking, once and only once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from scheduler import conference
from scheduler.errors import Invalid, LimitReached, SchedulerError
from scheduler.events import Actor, record
from scheduler.models import (
    Allocation,
    Appointment,
    Caseworker,
    Client,
    Hold,
    Interpreter,
    Location,
    Office,
    Participant,
    Service,
)
from scheduler.models.plain import insert
from scheduler.queries.free_slots import Search, location_at
from scheduler.services import people
from scheduler.services.booking import claiming, repeating, special
from scheduler.services.booking.repeating import Idempotency


def book(
    *,
    office: Office,
    service: Service,
    start: datetime,
    mode: str,
    client: Client | people.Person,
    by: Actor,
    now: datetime,
    caseworker: Caseworker | None = None,
    hold: Hold | None = None,
    interpreter: str = "",
    location: Location | None = None,
    note: str = "",
    language: str = "",
    special: bool = False,
    follows: Appointment | None = None,
    idempotency: Idempotency | None = None,
) -> Appointment:
    """Book a free time, or as staff any time that is really free (``special``, answers ``warnings``).

    A person who is not known yet becomes a client with the appointment, not before. Raises SlotTaken,
    NotOffered, LimitReached, Invalid, IdempotencyMismatch.
    """
    search = Search(office, service, mode, caseworker.pk if caseworker else None, interpreter=interpreter)
    told = {"language": language or client.language, "location": location, "note": note, "follows": follows}
    draft = _draft(search, start, now, **told, **repeating.key_fields(idempotency))
    return _Booking(search, draft, caseworker, client, by, now).once(hold, special, idempotency)


def _draft(search: Search, start: datetime, now: datetime, **told: Any) -> Appointment:
    """What was wished for, not stored yet and still without client and caseworker."""
    return Appointment(
        office=search.office,
        service=search.service,
        mode=search.mode,
        start=start,
        end=start + timedelta(minutes=search.service.duration_minutes),
        interpreter_language=search.interpreter,
        room=conference.new_room() if search.mode == "video" else None,
        created_at=now,
        updated_at=now,
        **told,
    )


@dataclass
class _Booking:
    """One wish on its way to the data base."""

    search: Search
    draft: Appointment
    wanted: Caseworker | None
    whom: Client | people.Person
    by: Actor
    now: datetime

    def once(self, hold: Hold | None, special: bool, idempotency: Idempotency | None) -> Appointment:
        """Book; where that fails because the same wish came before, its appointment."""
        try:
            return self.make(hold, special)
        except (SchedulerError, IntegrityError):
            repeated = repeating.stored(self.search.office, idempotency)
            if repeated is None:
                raise
            return repeated

    def make(self, hold: Hold | None, special: bool) -> Appointment:
        claiming.refuse_unoffered(self.search)
        claiming.refuse_past(self.draft.start, self.now)
        if special:
            return self._make_special()
        if hold and not self._meant_by(hold):
            hold.delete()
            hold = None
        kept = self._from_hold(hold) if hold else None
        return kept or self._from_offer(hold)

    def _meant_by(self, hold: Hold) -> bool:
        """Was it made for this very wish?"""
        draft, wanted = self.draft, self.search.caseworker
        held = (hold.service_id, hold.start, hold.mode, hold.interpreter_language)
        wish = (draft.service_id, draft.start, draft.mode, draft.interpreter_language)
        return held == wish and wanted in (None, hold.caseworker_id)

    def _from_hold(self, hold: Hold) -> Appointment | None:
        """The hold's allocations become the appointment's; None where the hold is over."""
        with transaction.atomic():
            self._meet(self._known())
            self._insert(hold.caseworker)
            live = Allocation.objects.filter(hold=hold, expires_at__gt=self.now)
            actors = dict(live.values_list("schedule", "schedule__interpreter"))
            if len(actors) > 1:
                claiming.lock(actors)
            if not live.update(appointment=self.draft, hold=None, expires_at=None):
                transaction.set_rollback(True)
                return None
            hold.delete()
            spoken = Interpreter.objects.filter(pk__in=[pk for pk in actors.values() if pk]).first()
            return self._finish(hold.caseworker, spoken)

    def _from_offer(self, hold: Hold | None) -> Appointment:
        known = self._known()
        own = known if self.by.knows_client else None
        for pk in claiming.able(self.search, start=self.draft.start, client=own, now=self.now):
            with transaction.atomic():
                self._meet(known)
                caseworker = self.wanted or claiming.with_schedule(self.search.office, pk)
                self._insert(caseworker)
                claim = self._take(caseworker)
                if claim:
                    if hold:
                        hold.delete()
                    return self._finish(claim.caseworker, claim.interpreter)
                transaction.set_rollback(True)
        raise claiming.refusal(self.search, start=self.draft.start, now=self.now)

    def _known(self) -> Client | None:
        if isinstance(self.whom, Client):
            return self.whom
        return people.find_client(self.search.office, self.whom)

    def _meet(self, known: Client | None) -> None:
        """Whose appointment it is; a newcomer has none to come, so there is nothing to count."""
        if isinstance(self.whom, Client):
            self.draft.client = self.whom
        elif known:
            self.draft.client = people.keep_offered(known, self.whom)
        else:
            office = self.search.office
            self.draft.client = people.meet(office=office, person=self.whom, by=self.by, now=self.now)
        if known:
            self._refuse_too_many()

    def _make_special(self) -> Appointment:
        caseworker = self.wanted
        if caseworker is None:
            raise Invalid(field="caseworker", problem="required")
        claiming.refuse_seconds(self.draft.start)
        claiming.refuse_too_far(self.draft.service, self.draft.start, self.now)
        claiming.refuse_inactive(caseworker)
        with transaction.atomic():
            self._meet(self._known())
            self.draft.special = True
            self._insert(caseworker)
            language = self.draft.interpreter_language
            taken = special.take(self.search, appointment=self.draft, caseworker=caseworker, now=self.now)
            if self.draft.interpreter_language != language:
                self.draft.save(update_fields=["interpreter_language"])
            appointment = self._finish(caseworker, taken.interpreter)
        appointment.warnings = taken.warnings
        return appointment

    def _take(self, caseworker: Caseworker) -> claiming.Claim | None:
        owner = {"appointment": self.draft}
        return claiming.take(
            self.search, caseworker=caseworker, start=self.draft.start, owner=owner, now=self.now
        )

    def _insert(self, caseworker: Caseworker) -> None:
        self.draft.pk, self.draft.caseworker = None, caseworker
        if self.draft.mode == "on_site" and self.draft.location is None:
            self.draft.location = location_at(self.search, caseworker.pk, self.draft.start)
        insert([self.draft])

    def _refuse_too_many(self) -> None:
        """Locks the client first, so that two tabs cannot both be the last one allowed.

        Programs book for clients and keep to the same limit; only people may exceed it.
        """
        if self.by.is_staff and self.by.kind != "key":
            return
        client = self.draft.client_id or 0
        list(Client.objects.filter(pk=client).select_for_update(no_key=True).values_list("pk", flat=True))
        standing = Appointment.objects.of(self.search.office).to_come(self.now).filter(client=client)
        if standing.filter(service=self.draft.service).count() >= self.draft.service.max_future:
            raise LimitReached(limit="max_future")

    def _finish(self, caseworker: Caseworker, interpreter: Interpreter | None) -> Appointment:
        present = _people(self.draft, caseworker, interpreter)
        insert(present)
        _keep_at_hand(self.draft, present)
        record(
            office=self.search.office,
            verb="appointment.booked",
            subject=self.draft,
            appointment=self.draft,
            by=self.by,
            now=self.now,
            start=self.draft.start.isoformat(),
            caseworker=caseworker.pk,
        )
        return self.draft


def _keep_at_hand(appointment: Appointment, present: list[Participant]) -> None:
    """As if they had been prefetched: planning and the answer read them without another statement."""
    rows = appointment.participants.all()
    rows._result_cache = present
    appointment._prefetched_objects_cache = {"participants": rows}  # type: ignore[attr-defined]


def _people(draft: Appointment, caseworker: Caseworker, interpreter: Interpreter | None) -> list[Participant]:
    client = draft.client
    assert client is not None
    common: dict[str, Any] = {"office": draft.office, "appointment": draft}
    present = [
        Participant(role="client", client=client, name=client.name, language=draft.language, **common),
        counselling(caseworker, draft),
    ]
    if interpreter:
        present.append(interpreting(interpreter, draft))
    return present


def counselling(caseworker: Caseworker, appointment: Appointment) -> Participant:
    """A caseworker as a participant with an own link."""
    return Participant(
        role="caseworker",
        caseworker=caseworker,
        name=caseworker.display_name,
        language=caseworker.user.language if caseworker.user else "de",
        office=appointment.office,
        appointment=appointment,
    )


def interpreting(interpreter: Interpreter, appointment: Appointment) -> Participant:
    """The interpreter as a participant with an own link."""
    return Participant(
        role="interpreter",
        interpreter=interpreter,
        name=interpreter.name,
        email=interpreter.email,
        office=appointment.office,
        appointment=appointment,
    )
