"""What the facts suggest, with the evidence as codes and numbers. A person decides."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler import policies
from scheduler.domain import lifecycle, localtime, presence
from scheduler.domain.lifecycle import Facts, Status
from scheduler.models import Appointment, RoomEvent
from scheduler.queries import hearing
from scheduler.services import room_facts

Kinds = Counter[tuple[str, str]]
CODES = (
    *("together", "together_briefly", "never_together", "client_waited", "client_came", "client_token"),
    *("client_absent", "caseworker_waited", "caseworker_absent", "called", "not_working", "no_record"),
    *("record_ended", "not_told"),
)


@dataclass(frozen=True)
class Reason:
    """One piece of evidence, a code of ``CODES``; ``number`` counts minutes or times, as the code says."""

    code: str
    number: int = 0


@dataclass(frozen=True)
class Proposal:
    """The outcome that the facts suggest, if any, and why; nobody was absent where we cannot know it.

    ``statement``: the client said "I was there, it did not work"; it stands beside the record.
    """

    status: Status | None
    reasons: tuple[Reason, ...]
    statement: bool = False


def proposed(appointment: Appointment, now: datetime) -> Status | None:
    """The outcome that the facts suggest; None where they suggest nothing."""
    return proposal(appointment, now).status


def proposal(appointment: Appointment, now: datetime) -> Proposal:
    """The outcome that the facts suggest, with its evidence, from one statement or two."""
    return proposals([appointment], now)[appointment.pk]


def proposals(appointments: Sequence[Appointment], now: datetime) -> dict[int, Proposal]:
    """The same by id for a list of appointments, from one statement for all of them.

    With a room server of one's own it takes a second one: was anything heard of it?
    """
    found: dict[int, list[RoomEvent]] = defaultdict(list)
    rows = RoomEvent.objects.filter(participant__appointment__in=appointments).select_related("participant")
    for row in rows:
        found[row.participant.appointment_id].append(row)
    told = bool(found) and hearing.presence_is_told()
    return {one.pk: _proposal(one, found[one.pk], told, now) for one in appointments}


def _proposal(appointment: Appointment, rows: list[RoomEvent], told: bool, now: datetime) -> Proposal:
    kinds = Counter((row.participant.role, row.kind) for row in rows if _counts(row, appointment))
    facts, alone = _facts(appointment, rows, kinds, now)
    status = lifecycle.proposed_outcome(facts)
    lacking = _lacking(appointment, rows, told, now)
    if not lacking:
        return Proposal(status, tuple(_reasons(facts, kinds, alone)), facts.not_working)
    status = status if status == Status.FULFILLED else None
    return Proposal(status, tuple(_of_presence(facts, kinds, lacking)), facts.not_working)


def _lacking(appointment: Appointment, rows: list[RoomEvent], told: bool, now: datetime) -> str:
    """Why nobody can be said to have been absent; empty where the record is whole."""
    if not rows:
        return "no_record"
    if now >= policies.facts_known_until(appointment):
        return "record_ended"
    return "" if told else "not_told"


def _counts(row: RoomEvent, appointment: Appointment) -> bool:
    """A call before the start could not find out whether she comes."""
    return row.kind != "called" or row.at >= appointment.start


def _facts(appointment: Appointment, rows: list[RoomEvent], kinds: Kinds, now: datetime) -> tuple[Facts, int]:
    """Also the minutes that the client was inside alone. Minutes together outlive the facts behind them."""
    people = {row.participant_id: row.participant for row in rows}
    spans = presence.stays((row.told for row in rows), room_facts.until(appointment, now))
    client, caseworker = room_facts.sides(people, spans)
    together = max(presence.together(client, caseworker), appointment.together_minutes or 0)
    facts = Facts(
        start=localtime.epoch(appointment.start),
        end=localtime.epoch(appointment.end),
        now=localtime.epoch(now),
        client_came=_any(kinds, "client", "joined", "knocked"),
        client_token=_any(kinds, "client", "token"),
        caseworker_came=_any(kinds, "caseworker", "joined", "token", "knocked"),
        met=together > 0 or presence.met(client, caseworker),
        together_minutes=together,
        not_working=_any(kinds, "client", "not_working"),
        call_attempted=_any(kinds, "client", "called"),
        waited_minutes=presence.alone(caseworker, client, presence.instant(appointment.start)),
    )
    return facts, presence.alone(client, caseworker, 0)


def _any(kinds: Kinds, role: str, *wanted: str) -> bool:
    return any(kinds[role, kind] for kind in wanted)


def _of_presence(facts: Facts, kinds: Kinds, lacking: str) -> Iterator[Reason]:
    """Where the record is not whole: who met, knocked, clicked, complained and was called; no absence."""
    yield _of_both(facts.together_minutes) if facts.met else Reason(lacking)
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
