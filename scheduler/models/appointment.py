"""Appointments, who takes part, what happened in the room, and requests to be called back."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scheduler.domain import presence
from scheduler.domain.lifecycle import Status
from scheduler.models.office import Location, OfficeOwned, OfficeQuerySet, Service
from scheduler.models.people import Booth, Caseworker, Client, Interpreter, User

MODES = [("video", _("Video")), ("phone", _("Phone")), ("on_site", _("On site"))]


class AppointmentQuerySet(OfficeQuerySet):
    def booked(self) -> Self:
        """Appointments that still stand."""
        return self.filter(status=Status.BOOKED)

    def overlapping(self, start: datetime, end: datetime) -> Self:
        """Appointments that share at least an instant with ``[start, end)``."""
        return self.filter(start__lt=end, end__gt=start)

    def to_come(self, now: datetime) -> Self:
        """Booked appointments that are not over."""
        return self.booked().filter(end__gt=now)

    def with_people(self) -> Self:
        """Everything that a page about appointments shows, in one statement."""
        return self.select_related("office", "service", "client", "caseworker", "location")


class Appointment(OfficeOwned):
    """A talk that was booked. Times are UTC, half-open; ``sequence`` counts what the client sees change."""

    CANCELLERS = [("client", _("Client")), ("office", _("Office"))]
    REASONS = [
        ("hindered", _("Something came up")),
        ("no_time", _("No time")),
        ("not_needed", _("No longer needed")),
        ("staff_absent", _("Caseworker not there")),
        ("duplicate", _("Booked twice")),
        ("other", _("Other")),
    ]
    IDENTITIES = [
        ("document", _("Document seen")),
        ("known", _("Known in person")),
        ("asked", _("Asked back")),
    ]
    SAYINGS = [
        ("five_minutes", _("I need 5 more minutes.")),
        ("at_once", _("I will be with you in a moment.")),
        ("longer", _("Please wait. The talk before takes longer.")),
        ("i_call", _("There is a technical problem. I will call you.")),
    ]

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="appointments")
    client = models.ForeignKey(
        Client, null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments"
    )
    caseworker = models.ForeignKey(Caseworker, on_delete=models.PROTECT, related_name="appointments")
    mode = models.CharField(max_length=8, choices=MODES)
    start = models.DateTimeField()
    end = models.DateTimeField()
    location = models.ForeignKey(Location, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    booth = models.ForeignKey(Booth, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in Status], default=Status.BOOKED
    )
    language = models.CharField(max_length=12, default="de")
    interpreter_language = models.CharField(max_length=12, blank=True)
    special = models.BooleanField(default=False, help_text="Sondertermin: booked off the offer by staff.")
    room = models.CharField(max_length=20, null=True, blank=True, unique=True)
    room_opened_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then the room server has it open; empty: nobody is inside."
    )
    room_owner = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="What the room server calls who opened it; it names nobody.",
    )
    said = models.CharField(
        max_length=12,
        choices=SAYINGS,
        blank=True,
        default="",
        db_default="",
        help_text="What the caseworker tells whoever waits: a ready-made sentence, never free text.",
    )
    said_at = models.DateTimeField(null=True, blank=True)
    together_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    identity = models.CharField(max_length=10, choices=IDENTITIES, blank=True)
    note = models.CharField(max_length=500, blank=True)
    cancelled_by = models.CharField(max_length=8, choices=CANCELLERS, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=16, choices=REASONS, blank=True)
    cancelled_late = models.BooleanField(default=False)
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="follow_ups"
    )
    source = models.CharField(max_length=40, blank=True, help_text="Who sent the idempotency key.")
    key = models.CharField(max_length=128, null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = AppointmentQuerySet.as_manager()

    warnings: Sequence[str] = ()
    """What staff overrode when they booked it off the offer (codes); told once, not stored."""
    repeated = False
    """True where the same idempotency key was answered with the stored appointment."""

    class Meta:
        ordering = ["start", "pk"]
        indexes = [
            models.Index(fields=["office", "start"], name="appointments_of_an_office"),
            models.Index(fields=["caseworker", "start"], name="appointments_of_a_caseworker"),
            models.Index(fields=["client", "start"], name="appointments_of_a_client"),
            models.Index(fields=["office", "updated_at"], name="appointments_changed_since"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=models.F("start")), name="appointment_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["office", "source", "key"],
                condition=Q(key__isnull=False),
                name="idempotency_key_is_used_once_per_office_and_source",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CANCELLED, cancelled_at__isnull=False)
                | (~Q(status=Status.CANCELLED) & Q(cancelled_at__isnull=True)),
                name="cancelled_appointment_says_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def minutes(self) -> int:
        """Planned length."""
        return int((self.end - self.start).total_seconds() // 60)

    def one(self, role: str) -> "Participant":
        """The participant in this role who was not revoked; of two caseworkers the one whose talk it is."""
        rows = self.participants.filter(role=role, revoked_at__isnull=True)
        if role == "caseworker":
            rows = rows.filter(caseworker=self.caseworker_id)
        return rows.get()


class Participant(OfficeOwned):
    """One person of one appointment. Her link derives from the id and ``generation``; attendance is hers."""

    ROLES = [
        ("client", _("Client")),
        ("caseworker", _("Caseworker")),
        ("interpreter", _("Interpreter")),
        ("companion", _("Companion")),
    ]

    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="participants")
    role = models.CharField(max_length=12, choices=ROLES)
    name = models.CharField(max_length=120, blank=True)
    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    caseworker = models.ForeignKey(
        Caseworker, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    interpreter = models.ForeignKey(
        Interpreter, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=12, default="de")
    generation = models.PositiveSmallIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    attended = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.role} {self.public_id}"

    @property
    def inside(self) -> bool:
        """Is she in the room, as far as we were told?"""
        return self.arrived_at is not None and self.left_at is None


class RoomEvent(OfficeOwned):
    """A fact behind a proposed outcome; deleted after seven days."""

    KINDS = [
        ("token", _("Got a token")),
        ("knocked", _("Knocked")),
        ("joined", _("Joined")),
        ("left", _("Left")),
        ("not_working", _("Said it does not work")),
        ("called", _("Was called")),
    ]

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="room_events")
    kind = models.CharField(max_length=12, choices=KINDS)
    at = models.DateTimeField()
    occupant = models.CharField(
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text="Which of her connections: a digest of the room server's name.",
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "kind", "at", "occupant"], name="room_event_is_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%H:%M}"

    @property
    def told(self) -> presence.Told:
        """As the pure core wants it."""
        return presence.Told(self.participant_id, self.occupant, self.kind, presence.instant(self.at))


class CallbackRequest(OfficeOwned):
    """ "Please call me": language, window of time, owner, done."""

    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20)
    language = models.CharField(max_length=12, default="de")
    window = models.CharField(max_length=40, blank=True)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    origin = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="Keyed hash of the network address."
    )
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d} {self.language}"
