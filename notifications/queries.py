"""What became of messages, for pages, figures and the digest."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from notifications import news
from notifications.models import FAREWELL, HEARD, Heartbeat, Message, State, TemplateOverride
from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment, Office, User

NOT_TOLD = (State.FAILED, State.EXPIRED, State.UNKNOWN)
UNDER_WAY = (State.PENDING, State.CLAIMED, State.SENDING)
TOLD = (State.SENT, State.DELIVERED)
CHANGES = ("confirmation", *news.OF_KIND)
"""What a client has to know, whatever else was changed since."""
LISTED = timedelta(days=7)
SAME = ("appointment", "sequence", "participant", "kind", "stage")
"""What two messages share that tell one person one thing by two channels."""
_SOON_KNOWN = Q(state=State.UNKNOWN, lease_until__isnull=False, next_try_at__lte=F("sent_at"))
"""An SMS that will be looked up, and was not yet."""
_PEOPLE = (
    *("participant__client__office", "participant__caseworker__user", "client__caseworker", "client__office"),
    *("appointment__caseworker", "appointment__service"),
)


def own_texts_of(office: Office) -> "QuerySet[TemplateOverride]":
    """Every text that the office says in its own words."""
    return TemplateOverride.objects.of(office).order_by("kind", "language", "part")


def history(appointment: Appointment) -> "QuerySet[Message]":
    """Every message about an appointment with its fate, the newest first."""
    rows = Message.objects.of(appointment.office_id).filter(appointment=appointment)
    return rows.select_related("participant").order_by("-due_at", "channel", "pk")


def could_not_be_told(office: Office, now: datetime) -> "QuerySet[Message]":
    """What a person has to say by phone or letter, the soonest appointment first.

    Refused, too late, or nobody knows even now; by no other channel either; not overtaken by a change that
    she was told of. It is listed until somebody settles it, at most until a week after the appointment.
    """
    never_mended = Q(kind__in=CHANGES) & ~Exists(_heard_later())
    rows = Message.objects.of(office).filter(
        Q(sequence=F("appointment__sequence")) | FAREWELL | never_mended,
        state__in=NOT_TOLD,
        appointment__status__in=[Status.BOOKED, Status.CANCELLED],
        appointment__end__gt=now - LISTED,
    )
    silent = Q(client__no_messages=True) & ~Q(last_error="no_messages")
    rows = rows.exclude(_SOON_KNOWN).exclude(Exists(_by_another_channel())).exclude(silent)
    rows = rows.select_related(*_PEOPLE).prefetch_related("participant__client__consents")
    return rows.order_by("appointment__start", "due_at", "pk")


def settled(office: Office) -> "QuerySet[Message]":
    """What nobody has to be told by hand (any more)."""
    return Message.objects.of(office).exclude(state__in=NOT_TOLD)


def staff_not_told(office: Office, now: datetime) -> "QuerySet[Message]":
    """Mails to staff about their accounts or what is left to do that did not arrive, for a week."""
    rows = Message.objects.of(office).filter(state__in=NOT_TOLD, appointment=None, due_at__gt=now - LISTED)
    rows = rows.filter(user__isnull=False).exclude(kind="test")
    return rows.select_related("user").order_by("-due_at", "pk")


def to_record(user: User, now: datetime) -> "QuerySet[Appointment]":
    """Talks of this caseworker that are over and have no outcome yet."""
    return Appointment.objects.of(user.office).booked().filter(caseworker__user=user, end__lt=now)


def _heard_later() -> "QuerySet[Message]":
    """A later state of the appointment that the same person has heard of, hears of soon, or is listed for.

    What was no news to her is void; a reminder may be days off.
    """
    later = Message.objects.filter(participant=OuterRef("participant"), sequence__gt=OuterRef("sequence"))
    return later.filter(HEARD | ~Q(kind="reminder") & ~Q(state=State.VOID))


def _by_another_channel() -> "QuerySet[Message]":
    """Told or still to be told otherwise; of two that both failed only one is listed."""
    open_or_told = Q(state__in=(*UNDER_WAY, *TOLD)) | _SOON_KNOWN
    both_failed = Q(state__in=NOT_TOLD, channel__gt=OuterRef("channel"))
    return Message.objects.filter(open_or_told | both_failed, **{name: OuterRef(name) for name in SAME})


@dataclass(frozen=True)
class Tally:
    """So many messages of one channel are in one state; ``repeated``: mails handed over a second time."""

    state: str
    channel: str
    number: int
    repeated: int


@dataclass(frozen=True)
class QueueState:
    """How the outbox stands; ``heard_at`` is when a worker was last heard of, in real time."""

    counts: tuple[Tally, ...]
    oldest_due: datetime | None
    heard_at: datetime | None

    @property
    def by_state(self) -> dict[str, int]:
        """Messages by state, all channels together."""
        found: dict[str, int] = {}
        for row in self.counts:
            found[row.state] = found.get(row.state, 0) + row.number
        return found


def queue_state(now: datetime, office: Office | None = None) -> QueueState:
    """Three statements, whatever the number of messages."""
    rows = Message.objects.of(office) if office else Message.objects.all()
    groups = rows.order_by("state", "channel").values_list("state", "channel")
    counted = groups.annotate(number=Count("pk"), repeated=Count("repeated_at"))
    due = rows.filter(state=State.PENDING, next_try_at__lte=now).order_by("next_try_at")
    return QueueState(
        counts=tuple(Tally(*row) for row in counted),
        oldest_due=due.values_list("next_try_at", flat=True).first(),
        heard_at=Heartbeat.objects.aggregate(latest=Max("at"))["latest"],
    )
