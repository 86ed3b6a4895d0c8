"""What the facts suggest, with the evidence as codes and numbers. A person decides."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler import policies
from scheduler.domain import lifecycle, localtime, presence
from scheduler.domain.lifecycle import TOGETHER_MINUTES, Facts, Status
from scheduler.models import Appointment, RoomEvent
from scheduler.services import room_facts

Kinds = Counter[tuple[str, str]]
CODES = (
    *("together", "together_briefly", "never_together", "client_waited", "client_came", "client_token"),
    *("client_absent", "caseworker_waited", "caseworker_absent", "called", "not_working", "no_record"),
    "not_told",
)


@dataclass(frozen=True)
class Reason:
    """One piece of evidence, a code of ``CODES``; ``number`` counts minutes or times, as the code says."""

    code: str
    number: int = 0


@dataclass(frozen=True)
class Proposal:
    """The outcome that the facts suggest, if any, and why; none where nobody tells us who was inside.

    ``statement``: the client said "I was there, it did not work"; it stands beside the record.
    """

    status: Status | None
    reasons: tuple[Reason, ...]
    statement: bool = False


def proposed(appointment: Appointment, now: datetime) -> Status | None:
    """The outcome that the facts suggest; None where they suggest nothing."""
    return proposal(appointment, now).status


def proposal(appointment: Appointment, now: datetime) -> Proposal:
    """The outcome that the facts suggest, with its evidence, from one statement."""
    return proposals([appointment], now)[appointment.pk]


def proposals(appointments: Sequence[Appointment], now: datetime) -> dict[int, Proposal]:
    """The same by id for a list of appointments, from one statement for all of them."""
    found: dict[int, list[RoomEvent]] = defaultdict(list)
    rows = RoomEvent.objects.filter(participant__appointment__in=appointments).select_related("participant")
    for row in rows:
        found[row.participant.appointment_id].append(row)
    return {one.pk: _of_facts(one, found[one.pk], now) for one in appointments}


def _of_facts(appointment: Appointment, rows: list[RoomEvent], now: datetime) -> Proposal:
    if not rows:
        return _from_what_is_left(appointment)
    kinds = Counter((row.participant.role, row.kind) for row in rows if _counts(row, appointment))
    people = {row.participant_id: row.participant for row in rows}
    spans = presence.stays((row.told for row in rows), room_facts.until(appointment, now))
    client, caseworker = room_facts.sides(people, spans)
    facts = Facts(
        start=localtime.epoch(appointment.start),
        end=localtime.epoch(appointment.end),
        now=localtime.epoch(now),
        client_came=_any(kinds, "client", "joined", "knocked"),
        client_token=_any(kinds, "client", "token"),
        caseworker_came=_any(kinds, "caseworker", "joined", "token", "knocked"),
        met=presence.met(client, caseworker),
        together_minutes=presence.together(client, caseworker),
        not_working=_any(kinds, "client", "not_working"),
        call_attempted=_any(kinds, "client", "called"),
        waited_minutes=presence.alone(caseworker, client, presence.instant(appointment.start)),
    )
    if not policies.presence_is_told():
        return Proposal(None, tuple(_without_presence(facts, kinds)), facts.not_working)
    reasons = _reasons(facts, kinds, presence.alone(client, caseworker, 0))
    return Proposal(lifecycle.proposed_outcome(facts), tuple(reasons), facts.not_working)


def _counts(row: RoomEvent, appointment: Appointment) -> bool:
    """A call before the start could not find out whether she comes."""
    return row.kind != "called" or row.at >= appointment.start


def _from_what_is_left(appointment: Appointment) -> Proposal:
    """After seven days only the minutes together are known, and those speak for one outcome alone."""
    minutes = appointment.together_minutes or 0
    if minutes < TOGETHER_MINUTES:
        return Proposal(None, (Reason("no_record"),))
    return Proposal(Status.FULFILLED, (Reason("together", minutes),))


def _any(kinds: Kinds, role: str, *wanted: str) -> bool:
    return any(kinds[role, kind] for kind in wanted)


def _without_presence(facts: Facts, kinds: Kinds) -> Iterator[Reason]:
    """Where nobody tells us who was inside, we know who knocked, clicked, complained and was called."""
    yield Reason("not_told")
    if facts.client_came or facts.client_token:
        yield _of_client(facts, kinds, 0)
    yield from _of_words(facts, kinds)


def _reasons(facts: Facts, kinds: Kinds, client_minutes: int) -> Iterator[Reason]:
    if facts.met:
        yield _of_both(facts.together_minutes)
    elif facts.client_came and facts.caseworker_came:
        yield Reason("never_together")
    yield _of_client(facts, kinds, client_minutes)
    if facts.waited_minutes:
        yield Reason("caseworker_waited", facts.waited_minutes)
    elif not facts.caseworker_came:
        yield Reason("caseworker_absent")
    yield from _of_words(facts, kinds)


def _of_both(minutes: int) -> Reason:
    return Reason("together", minutes) if minutes else Reason("together_briefly")


def _of_words(facts: Facts, kinds: Kinds) -> Iterator[Reason]:
    if facts.call_attempted:
        yield Reason("called", kinds["client", "called"])
    if facts.not_working:
        yield Reason("not_working")


def _of_client(facts: Facts, kinds: Kinds, minutes: int) -> Reason:
    if facts.client_came:
        return Reason("client_waited", minutes) if minutes else Reason("client_came")
    if facts.client_token:
        return Reason("client_token", kinds["client", "token"])
    return Reason("client_absent")
