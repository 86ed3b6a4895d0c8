"""The append-only record of what was changed: history, audit, and the source of every message."""

from typing import Any

from django.db import models

from scheduler.models.appointment import Appointment
from scheduler.models.office import OfficeOwned


class Event(OfficeOwned):
    """Who changed what and when. The payload holds ids and times only: no names, no free text.

    ``actor`` and ``subject`` are ``kind:id`` strings such as ``user:7`` or ``opening:31``.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    sequence = models.PositiveIntegerField(default=0)
    payload = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["office", "at"], name="events_of_an_office"),
            models.Index(fields=["appointment", "at"], name="events_of_an_appointment"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write once: an event is never changed."""
        if not self._state.adding:
            raise TypeError("events are append-only")
        super().save(*args, **kwargs)
