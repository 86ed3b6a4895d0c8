"""An appointment was booked, moved, cancelled or changed: who hears of it, and what is not true any more."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from notifications import triggers
from notifications.models import ENDINGS, FAREWELL, HEARD, NOT_OUT, Message, State
from notifications.planning.reach import channels_of
from notifications.planning.reminders import reminders
from notifications.planning.rows import message_of, store
from notifications.planning.wishes import INTRODUCTIONS, KINDS, NOWHERE, Wish, until
from scheduler import policies
from scheduler.domain.lifecycle import Status
from scheduler.events import Actor
from scheduler.models import Appointment, Event, Participant
from scheduler.queries import waiting

Introductions = dict[int, str]


def plan_appointment(event: Event, appointment: Appointment) -> None:
    """Void what this change has overtaken and plan what is to be told now."""
    booked = event.verb == "appointment.booked"
    missed: Introductions = {} if booked else _overtake(appointment)
    people = _people(event, appointment)
    wishes = [wish for person in people for wish in _now(event, appointment, person, missed)]
    if appointment.status == Status.BOOKED:
        wishes += [wish for person in people for wish in reminders(event, appointment, person)]
    if event.verb in {"appointment.handed_over", "appointment.moved"}:
        wishes += _to_whom_it_no_longer_concerns(event, appointment)
        wishes += _who_waits(event, appointment, people)
    store([message_of(event, appointment, wish) for wish in wishes], fresh=booked)


def _overtake(appointment: Appointment) -> Introductions:
    """Nothing that is not out yet goes out, but farewells to whoever does not take part again.

    Answers who has not even heard of the appointment, and by which kind she was to.
    """
    rows = Message.objects.filter(appointment=appointment)
    not_out = rows.filter(state__in=NOT_OUT)
    unheard = rows.filter(state__in=(*NOT_OUT, State.FAILED, State.EXPIRED), kind__in=INTRODUCTIONS)
    introduced = dict(unheard.values_list("participant", "kind"))
    not_out.exclude(FAREWELL).update(state=State.VOID, lease=None)
    take_back_farewells(appointment)
    heard = set(rows.filter(HEARD, participant__in=introduced).values_list("participant", flat=True))
    return {pk: kind for pk, kind in introduced.items() if pk not in heard}


def take_back_farewells(appointment: Appointment) -> None:
    """Whoever takes part again is not told that she does not."""
    farewells = Message.objects.filter(FAREWELL, appointment=appointment, state__in=NOT_OUT)
    gone = appointment.participants.filter(revoked_at__isnull=False, messages__in=farewells)
    back = [person.pk for person in gone.distinct() if takes_part_again(person)]
    farewells.filter(participant__in=back).update(state=State.VOID, lease=None)


def takes_part_again(person: Participant) -> bool:
    """Has somebody whose part had ended another part in the same appointment now?"""
    standing = Participant.objects.filter(
        appointment=person.appointment_id, role=person.role, revoked_at=None
    )
    if person.role == "caseworker":
        return standing.filter(caseworker=person.caseworker_id).exists()
    if person.role == "interpreter":
        return standing.filter(interpreter=person.interpreter_id).exists()
    return bool(person.email) and standing.filter(email=person.email).exists()


def _people(event: Event, appointment: Appointment) -> list[Participant]:
    """Everybody who takes part; a booking has just made them, so they are at hand."""
    if event.verb == "appointment.booked":
        return list(appointment.participants.all())
    return list(told(appointment).filter(revoked_at=None))


def told(appointment: Appointment) -> "QuerySet[Participant]":
    """Its participants, with what is needed to tell them."""
    rows = appointment.participants.select_related("client__office", "caseworker__user", "interpreter")
    return rows.prefetch_related("client__consents")


def _now(
    event: Event, appointment: Appointment, person: Participant, missed: Introductions
) -> Iterable[Wish]:
    beside = person.role in {"companion", "interpreter"}
    if event.verb == "appointment.cancelled" and beside and person.pk in missed:
        return
    kind = _kind(event, person, missed)
    channels = channels_of(person, kind)
    if kind == "confirmation" and "sms" in channels and not _needs_sms(event, appointment, channels):
        channels = [channel for channel in channels if channel != "sms"]
    last = appointment.end if kind in ENDINGS else until(event, appointment)
    for channel in channels or _nowhere(event, person):
        yield Wish(person, channel, kind, event.at, last)


def _kind(event: Event, person: Participant, missed: Introductions) -> str:
    """What she is told; whoever has not even heard of the appointment hears of it now, as it stands."""
    to_others, to_staff = KINDS[event.verb]
    if event.verb != "appointment.cancelled" and person.pk in missed:
        return missed[person.pk]
    if person.role != "caseworker":
        return to_others
    return "staff_booked" if _is_new(event, person) else to_staff


def _is_new(event: Event, person: Participant) -> bool:
    """Has this change brought this caseworker in?"""
    before, after = (event.payload.get(f"caseworker_{when}") for when in ("before", "after"))
    if before == after or after != person.caseworker_id:
        return False
    return not Message.objects.filter(participant=person).exists()


def _nowhere(event: Event, person: Participant) -> list[str]:
    """What changed for somebody whom nothing reaches goes on the office's list: call, or write.

    Not what she has just heard herself, by click or on the phone; companions hear of it from the client. For
    whom no message at all is wanted staff are told so where they change something; what a program changes
    they find on the list.
    """
    by = event.actor.partition(":")[0]
    heard = event.actor == str(Actor.of(person)) or (event.verb == "appointment.booked" and by != "key")
    if heard or person.role in {"caseworker", "companion"}:
        return []
    silent = person.client is not None and person.client.no_messages
    return [] if silent and by != "key" else [NOWHERE]


def _needs_sms(event: Event, appointment: Appointment, channels: list[str]) -> bool:
    self_booked = event.actor.split(":")[0] in {"visitor", "client", "participant"}
    return triggers.needs_sms(
        self_booked=self_booked, has_email="email" in channels, start=appointment.start, now=event.at
    )


def _to_whom_it_no_longer_concerns(event: Event, appointment: Appointment) -> Iterable[Wish]:
    """Whose part this change has ended: the invitation is taken back."""
    for person in told(appointment).filter(revoked_at=event.at).exclude(role="client"):
        yield from goodbye(event, appointment, person)


def _who_waits(event: Event, appointment: Appointment, people: list[Participant]) -> Iterable[Wish]:
    """Whoever has come in while somebody is at the door learns that, too."""
    opens, closes = policies.door(appointment)
    new = [person for person in people if person.role == "caseworker" and _is_new(event, person)]
    if not new or not opens <= event.at < closes or not waiting.scene_of(appointment).waiting:
        return
    for person in new:
        for channel in channels_of(person, "staff_waits"):
            yield Wish(person, channel, "staff_waits", event.at, closes)


def goodbye(event: Event, appointment: Appointment, person: Participant) -> Iterable[Wish]:
    """Her part has ended; whoever has not heard that she had one is told nothing."""
    rows = Message.objects.filter(participant=person).exclude(kind="reminder")
    never_heard = rows.exists() and not rows.filter(HEARD | ~Q(state=State.VOID)).exists()
    if takes_part_again(person) or never_heard:
        return
    kind = "staff_cancelled" if person.role == "caseworker" else "cancelled"
    for channel in channels_of(person, kind):
        yield Wish(person, channel, kind, event.at, appointment.end)
