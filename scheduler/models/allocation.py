"""Allocations carry the guard: the data base itself refuses that one schedule is taken twice."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import IntegrityError, connections, models, transaction
from django.db.models import Q

from scheduler.models.appointment import MODES, Appointment
from scheduler.models.no_overlap import NoOverlap
from scheduler.models.office import OfficeOwned, OfficeQuerySet, Service
from scheduler.models.people import Caseworker
from scheduler.models.plain import insert
from scheduler.models.schedule import Schedule


class Hold(OfficeOwned):
    """A time kept for somebody while the form is filled in; one per browser session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    caseworker = models.ForeignKey(Caseworker, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=8, choices=MODES)
    interpreter_language = models.CharField(max_length=12, blank=True)
    start = models.DateTimeField()
    end = models.DateTimeField()
    session = models.CharField(max_length=64, help_text="Browser session or API key.")
    address = models.CharField(max_length=64, blank=True, help_text="Keyed hash of the network address.")
    extensions = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["office", "session"], name="hold_by_session"),
            models.Index(fields=["office", "address", "expires_at"], name="hold_by_address"),
        ]

    def __str__(self) -> str:
        return str(self.id)


NO_OVERLAP = NoOverlap(
    key="schedule", start="start", end="end", name="allocations_of_a_schedule_do_not_overlap"
)


class AllocationQuerySet(OfficeQuerySet):
    def in_force(self, now: datetime) -> Self:
        """Allocations of appointments and of holds that have not expired."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now))

    def expired(self, now: datetime) -> Self:
        """Allocations of holds that have ended."""
        return self.filter(expires_at__lte=now)

    def overlapping(self, start: datetime, end: datetime) -> Self:
        """Allocations that share an instant with ``[start, end)``; none is longer than ``LONGEST``."""
        return self.filter(start__lt=end, end__gt=start, start__gt=start - Allocation.LONGEST)


class Allocation(OfficeOwned):
    """This schedule is taken from … to … (a caseworker's buffer included) by one appointment or one hold."""

    LONGEST = timedelta(days=1)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    schedule = models.ForeignKey(
        Schedule, on_delete=models.CASCADE, related_name="allocations", db_index=False
    )
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.CASCADE, related_name="allocations"
    )
    hold = models.ForeignKey(
        Hold, null=True, blank=True, on_delete=models.CASCADE, related_name="allocations"
    )
    start = models.DateTimeField()
    end = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Only for holds.")

    objects = AllocationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["schedule", "start"], include=["end", "expires_at"], name="allocations_by_start"
            )
        ]
        constraints = [
            NO_OVERLAP,
            models.CheckConstraint(
                condition=Q(end__gt=models.F("start")), name="allocation_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, hold__isnull=True, expires_at__isnull=True)
                | Q(appointment__isnull=True, hold__isnull=False, expires_at__isnull=False),
                name="allocation_is_for_one_appointment_or_one_hold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} {self.end:%H:%M}"

    @classmethod
    def claim(cls, rows: Sequence["Allocation"]) -> bool:
        """Take all these times or none; False where the data base refuses one of them.

        Claims of several schedules need their rows locked in id order first (``lock`` in services/booking).
        Raises ValueError for an allocation longer than ``LONGEST``.
        """
        if any(row.end - row.start > cls.LONGEST for row in rows):
            raise ValueError("an allocation lasts at most a day")
        if not rows:
            return True
        if connections[cls.objects.db].vendor == "postgresql":
            return cls._claim_quietly(rows)
        try:
            with transaction.atomic():
                cls.objects.bulk_create(rows)
        except IntegrityError as error:
            if not NO_OVERLAP.refused(error):
                raise
            return False
        return True

    @classmethod
    def _claim_quietly(cls, rows: Sequence["Allocation"]) -> bool:
        """``ON CONFLICT DO NOTHING``: a bare insert deadlocks under a hundred rivals."""
        if len(rows) == 1:
            return insert(rows, ignore_conflicts=True) == 1
        with transaction.atomic():
            inserted = insert(rows, ignore_conflicts=True)
            if inserted < len(rows):
                transaction.set_rollback(True)
        return inserted == len(rows)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Rows come into being by ``claim`` only; later changes (hold to appointment) are saved here."""
        if self._state.adding:
            raise TypeError("use Allocation.claim")
        super().save(*args, **kwargs)
