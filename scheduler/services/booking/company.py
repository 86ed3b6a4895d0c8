"""Who else takes part: companions, a second caseworker, an interpreter; each with an own link."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from scheduler import policies
from scheduler.domain.lifecycle import Status
from scheduler.errors import IllegalTransition, Invalid, LimitReached, SlotTaken
from scheduler.events import Actor, record
from scheduler.models import Allocation, Appointment, Caseworker, Interpreter, Participant, Schedule
from scheduler.queries.company import away
from scheduler.services import identity, people
from scheduler.services.booking import claiming, making

MOST_PEOPLE = 10
MOST_BY_CLIENT = 3


def add_companion(
    *, appointment: Appointment, name: str, by: Actor, now: datetime, language: str = "", email: str = ""
) -> Participant:
    """Somebody who comes with the client; told by e-mail where there is one.

    A name that is there already is refused: two clicks make one person. Raises IllegalTransition,
    LimitReached, Invalid.
    """
    companion = Participant(
        office=appointment.office,
        appointment=appointment,
        role="companion",
        name=people.clean_name(name),
        email=identity.normal_email(email) if email else "",
        language=language or appointment.language,
    )
    with transaction.atomic():
        claiming.relock(appointment)
        beside = _standing(appointment).filter(role="companion")
        if beside.filter(name__iexact=companion.name).exists():
            raise Invalid(field="name", problem="same")
        if by.is_client and beside.count() >= MOST_BY_CLIENT:
            raise LimitReached(limit="companions")
        return _add(companion, None, by, now)


def add_caseworker(
    *, appointment: Appointment, caseworker: Caseworker, by: Actor, now: datetime
) -> Participant:
    """A second caseworker, whose time is taken too. Raises SlotTaken where she is not free, and as above."""
    if _standing(appointment).filter(caseworker=caseworker).exists():
        raise Invalid(field="caseworker", problem="same")
    claiming.refuse_unnamed(appointment.client, caseworker)
    return _add(making.counselling(caseworker, appointment), caseworker.schedule, by, now)


def add_interpreter(
    *, appointment: Appointment, interpreter: Interpreter, language: str, by: Actor, now: datetime
) -> Participant:
    """An interpreter for this language, whose time is taken too. Raises SlotTaken, and as above."""
    if language not in interpreter.languages:
        raise Invalid(field="interpreter", problem="not_offered")
    if _standing(appointment).filter(role="interpreter").exists():
        raise Invalid(field="interpreter", problem="same")
    with transaction.atomic():
        added = _add(making.interpreting(interpreter, appointment), interpreter.schedule, by, now)
        appointment.interpreter_language = language
        appointment.save(update_fields=["interpreter_language"])
    return added


def revoke_person(*, participant: Participant, by: Actor, now: datetime) -> Participant:
    """Her link ends and her time is free; everybody else's stays as it is. A second time changes nothing.

    Client and caseworker make the appointment: their links are renewed instead. An outcome shuts nobody out,
    so links can end until the door closes; from then on it says who took part. Raises IllegalTransition.
    """
    appointment = participant.appointment
    if participant.role == "client" or _leads(participant, appointment):
        raise IllegalTransition(role=participant.role)
    if not policies.may_end_part(appointment, now):
        raise IllegalTransition(status=appointment.status)
    with transaction.atomic():
        claiming.relock(appointment, with_outcome=True)
        if not Participant.objects.filter(pk=participant.pk, revoked_at=None).update(revoked_at=now):
            return participant
        participant.revoked_at = now
        _free(participant)
        _record(participant, "participant.revoked", by, now)
    return participant


def renew_link(*, participant: Participant, by: Actor, now: datetime) -> Participant:
    """The link that was sent is dead, a new one holds; for whoever sent hers to somebody else."""
    with transaction.atomic():
        standing = Participant.objects.filter(pk=participant.pk, revoked_at=None)
        if not standing.update(generation=F("generation") + 1):
            raise IllegalTransition(role=participant.role)
        participant.refresh_from_db(fields=["generation"])
        _record(participant, "participant.link_renewed", by, now)
    return participant


def send_link(*, participant: Participant, by: Actor, now: datetime) -> Participant:
    """The link that holds is sent once more, where there is an address to send it to."""
    if participant.revoked_at or participant.appointment.status != Status.BOOKED:
        raise IllegalTransition(role=participant.role)
    with transaction.atomic():
        _record(participant, "participant.link_sent", by, now)
    return participant


def take_along(appointment: Appointment, now: datetime) -> list[str]:
    """After a move: who else of staff is free then comes along; the others' links end. Codes of warnings."""
    found = []
    for person in _second_caseworkers(appointment):
        there = Caseworker.objects.exclude(away(appointment)).select_related("schedule")
        colleague = there.filter(pk__in=[person.caseworker_id]).first()
        if colleague is None or not _claim(appointment, colleague.schedule, now):
            Participant.objects.filter(pk=person.pk).update(revoked_at=now)
            found.append("second_caseworker_busy")
    return found


def _standing(appointment: Appointment) -> "QuerySet[Participant]":
    return appointment.participants.filter(revoked_at=None)


def _second_caseworkers(appointment: Appointment) -> Iterable[Participant]:
    rows = _standing(appointment).filter(role="caseworker")
    return rows.exclude(caseworker=appointment.caseworker_id)


def _add(participant: Participant, schedule: Schedule | None, by: Actor, now: datetime) -> Participant:
    appointment = participant.appointment
    with transaction.atomic():
        claiming.lock([schedule.pk] if schedule else [])
        claiming.relock(appointment)
        if not policies.may_join_in(appointment, now):
            raise IllegalTransition(status=appointment.status)
        if _standing(appointment).count() >= MOST_PEOPLE:
            raise LimitReached(limit="people")
        if schedule and not _claim(appointment, schedule, now):
            raise SlotTaken
        participant.save(force_insert=True)
        _record(participant, "participant.added", by, now)
    return participant


def _claim(appointment: Appointment, schedule: Schedule, now: datetime) -> bool:
    times = {"start": appointment.start, "end": appointment.end}
    row = Allocation(office=appointment.office, schedule=schedule, appointment=appointment, **times)
    return claiming.claim([row], now)


def _free(participant: Participant) -> None:
    own = Allocation.objects.filter(appointment=participant.appointment_id)
    if participant.caseworker_id:
        own.filter(schedule__caseworker=participant.caseworker_id).delete()
    if participant.interpreter_id:
        own.filter(schedule__interpreter=participant.interpreter_id).delete()
        standing = Appointment.objects.booked().filter(pk=participant.appointment_id)
        standing.update(interpreter_language="")


def _leads(participant: Participant, appointment: Appointment) -> bool:
    return participant.role == "caseworker" and participant.caseworker_id == appointment.caseworker_id


def _record(participant: Participant, verb: str, by: Actor, now: datetime) -> None:
    appointment = participant.appointment
    record(
        office=appointment.office,
        verb=verb,
        subject=participant,
        appointment=appointment,
        by=by,
        now=now,
        role=participant.role,
    )
