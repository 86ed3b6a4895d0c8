"""Does the room server tell us who comes and goes? Settings allow it; what was heard shows it."""

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from scheduler import policies
from scheduler.models import RoomEvent


def joined() -> "QuerySet[RoomEvent]":
    """What the room server said of whoever came in, in any room, as long as facts are kept."""
    return RoomEvent.objects.filter(kind="joined").exclude(occupant="")


def went_in() -> "QuerySet[RoomEvent]":
    """Who was led to the room server, as long as facts are kept; in the stand-in everybody joins at once."""
    beside = RoomEvent.objects.filter(kind="joined", participant=OuterRef("participant"), at=OuterRef("at"))
    return RoomEvent.objects.filter(~Exists(beside), kind="token")


def presence_is_told() -> bool:
    """The stand-in tells always, an own room server once somebody was heard to come in; one statement.

    Until then its event_sync may be missing: who is inside cannot be known, and nobody was absent.
    """
    if settings.JITSI_PROVIDER and policies.presence_may_be_told():
        return joined().exists()
    return policies.presence_may_be_told()
