"""Messages as everything stands now, with all that deciding and rendering look at."""

import time
from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from notifications.models import Message, State

FRESH = 0.1
"""Seconds for which a reading holds. Where the post is quick, all of a batch share one."""
NEEDED = (
    *("office", "user", "event", "participant__client", "participant__caseworker__user"),
    *("participant__appointment__service", "participant__appointment__location"),
    "participant__appointment__caseworker",
)


class Reading:
    """Messages that were claimed together, read together; anew after a moment, or when told so."""

    def __init__(self, claimed: Sequence[Message]) -> None:
        self.claimed = claimed
        self._until = 0.0
        self._found: dict[UUID, Message] = {}

    def of(self, message: Message) -> Message | None:
        """This one as it stands; None where another worker has taken it up meanwhile."""
        if time.monotonic() >= self._until:
            self._read()
        return self._found.get(message.pk)

    def overtaken(self) -> None:
        """Something was changed that may concern the others."""
        self._until = 0.0

    def _read(self) -> None:
        self._until = time.monotonic() + FRESH
        lease = {row.lease for row in self.claimed}
        mine = Message.objects.filter(
            pk__in=[row.pk for row in self.claimed], lease__in=lease, state=State.CLAIMED
        )
        self._found = {row.pk: row for row in in_full(mine)}


def in_full(rows: "QuerySet[Message]") -> list[Message]:
    """Two statements, however many they are. All parts of a message belong to its office."""
    found = list(rows.select_related(*NEEDED).prefetch_related("participant__client__consents").order_by())
    for message in found:
        _share(message)
    return found


def _share(message: Message) -> None:
    """What the parts have in common is read once."""
    person = message.participant
    if person is None:
        return
    for part in (person, person.appointment, person.client):
        if part is not None:
            part.office = message.office
    message.appointment = person.appointment
    if message.client_id == person.client_id:
        message.client = person.client
