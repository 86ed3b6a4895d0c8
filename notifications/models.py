"""The outbox: a row for each thing to be told, the heart beat of the workers, and changed templates."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from scheduler.models import Appointment, Client, ContactProof, Event, OfficeOwned, Participant, User


class State(models.TextChoices):
    """pending → claimed → sending → sent → delivered; the others are ends, ``unknown`` waits for a look."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    VOID = "void"
    UNKNOWN = "unknown"


NOT_OUT = (State.PENDING, State.CLAIMED)
TOLD = (State.SENDING, State.UNKNOWN, State.SENT, State.DELIVERED)
"""Out, or perhaps out."""
BY_HAND = "told_by_hand"
HEARD = Q(state__in=TOLD) | Q(state=State.VOID, last_error=BY_HAND)
"""Her phone or mailbox has it, or somebody of the office told her."""
ENDINGS = ("cancelled", "staff_cancelled")
FAREWELL = Q(kind__in=ENDINGS, participant__revoked_at__isnull=False)
"""What also holds for whom a later change concerns no longer."""


class Message(OfficeOwned):
    """One thing to tell one recipient by one channel. What was said is never stored, only what for.

    ``dedup_key`` names it: subject, sequence, kind, stage, channel and recipient.
    """

    CHANNELS = [("email", "E-mail"), ("sms", "SMS")]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dedup_key = models.CharField(max_length=200, unique=True)
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    sequence = models.PositiveIntegerField(default=0)
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    client = models.ForeignKey(
        Client, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(
        max_length=254, blank=True, help_text="Short-lived: a new address of an account."
    )
    kind = models.CharField(max_length=24)
    stage = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=8, choices=CHANNELS)
    language = models.CharField(max_length=12, default="de")
    urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    not_after = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True, help_text="Real time, whatever the clock says.")
    lease = models.UUIDField(null=True, blank=True)
    message_id = models.CharField(max_length=120, blank=True, help_text="Message-ID or the provider's id.")
    repeated_at = models.DateTimeField(null=True, blank=True, help_text="Mail sent again after a crash.")
    last_error = models.CharField(max_length=80, blank=True, help_text="A code, never a text of a provider.")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["-urgent", "next_try_at"], condition=Q(state="pending"), name="messages_waiting"
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "sending", "unknown"]),
                name="messages_on_lease",
            ),
            models.Index(
                fields=["office", "due_at"],
                condition=Q(state__in=["failed", "expired", "unknown"]),
                name="messages_not_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.state}"

    @cached_property
    def proof(self) -> ContactProof | None:
        """The code that this one tells, as long as it is kept; other kinds have none."""
        if self.kind != "code":
            return None
        return ContactProof.objects.filter(pk=self.dedup_key.split("/")[0].partition(":")[2]).first()


class ChannelStop(models.Model):
    """A channel that a provider refuses altogether: its messages wait until a person has looked."""

    channel = models.CharField(max_length=8, choices=Message.CHANNELS, primary_key=True)
    code = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.channel} {self.code}"


class SmsDay(OfficeOwned):
    """How many SMS an office has sent on a day (UTC): its budget against whoever makes it send many."""

    day = models.DateField()
    number = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "day"], name="sms_are_counted_once_an_office_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.number}"


class SmsReply(models.Model):
    """An SMS that somebody sent to us; only that it came, so that a repeated report is known."""

    provider_id = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.provider_id


class Heartbeat(models.Model):
    """When a worker cluster last did something; real time."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"


class TemplateOverride(OfficeOwned):
    """An office's own text for a kind, a part and a language."""

    kind = models.CharField(max_length=24)
    part = models.CharField(max_length=12, help_text="subject.txt, email.txt, email.html or sms.txt")
    language = models.CharField(max_length=12)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "kind", "part", "language"], name="a_text_is_overridden_once_per_office"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.part} {self.language}"
