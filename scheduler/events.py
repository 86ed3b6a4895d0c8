"""The one place where a change becomes known: history, audit and whoever subscribed, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from scheduler.models import ApiKey, Appointment, Client, Event, Office, Participant, User
from scheduler.models.plain import insert


@dataclass(frozen=True)
class Actor:
    """Who does something: ``kind`` is user, client, participant, key, visitor or system."""

    kind: str
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @classmethod
    def of(cls, who: models.Model | None) -> "Actor":
        """The actor for a user, client, participant or key; None is the system itself."""
        kinds: dict[type, str] = {User: "user", Client: "client", Participant: "participant", ApiKey: "key"}
        return SYSTEM if who is None else cls(kinds[type(who)], str(who.pk))

    @property
    def is_staff(self) -> bool:
        """Staff and programs may do what clients may not."""
        return self.kind in {"user", "key", "system"}

    @property
    def is_client(self) -> bool:
        """Clients and visitors keep to the deadlines."""
        return self.kind in {"client", "participant", "visitor"}

    @property
    def knows_client(self) -> bool:
        """False for somebody who only proved a contact: her own caseworker must not show through."""
        return self.kind != "visitor"


SYSTEM = Actor("system")


def record(
    *,
    office: Office,
    verb: str,
    subject: models.Model,
    by: Actor,
    now: datetime,
    appointment: Appointment | None = None,
    **payload: Any,
) -> Event:
    """Write what was changed and tell the subscribers; call it inside the transaction of the change.

    The payload takes ids and times only, never names or free text.
    """
    event = Event(
        office=office,
        at=now,
        actor=str(by),
        verb=verb,
        subject=f"{subject._meta.model_name}:{subject.pk}",
        appointment=appointment,
        sequence=appointment.sequence if appointment else 0,
        payload=payload,
    )
    insert([event])
    for subscriber in _subscribers():
        subscriber(event)
    return event


@cache
def _subscribers() -> tuple[Any, ...]:
    return tuple(import_string(path) for path in settings.EVENT_SUBSCRIBERS)
