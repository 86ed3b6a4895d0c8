"""The list "could not be told": whom to call, and what was done about it. For administrators and leads."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from frontend import staff
from notifications import by_hand
from notifications.models import Message
from scheduler.errors import IllegalTransition, TooLate
from scheduler.events import Actor
from scheduler.models import User
from scheduler.queries import agenda

PAGE = 50
VERBS: dict[str, tuple[Callable[..., None], str]] = {
    "retry": (by_hand.retry, gettext_noop("It is sent once more.")),
    "told": (by_hand.tell_by_phone, gettext_noop("Noted: you told it by phone.")),
    "void": (by_hand.void, gettext_noop("Nobody is told any more.")),
}


@dataclass(frozen=True)
class Line:
    """One thing that could not be told; ``phone`` is empty where there is none or she may not see it."""

    message: Message
    name: str
    phone: str
    protected: bool
    openable: bool
    over: bool
    retriable: bool


def listed(request: HttpRequest, rows: "QuerySet[Message]", now: datetime) -> dict[str, Any]:
    """A page of the list, as the template wants it; a constant number of statements."""
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return {"page": page, "lines": _lines(staff.user_of(request), list(page), now)}


def _lines(user: User, found: list[Message], now: datetime) -> Iterable[Line]:
    prefetch_related_objects([row.client for row in found if row.client], "protected_for")
    openable = _openable(user, {row.appointment_id for row in found}, now)
    return [_line(user, row, now, openable=row.appointment_id in openable) for row in found]


def _openable(user: User, wanted: set[int | None], now: datetime) -> set[int]:
    """Those of these appointments whose page she may open: administrators alone open none."""
    if not wanted or not agenda.caseworkers_of(user).exists():
        return set()
    visible = agenda.visible_appointments(user, now).filter(pk__in=wanted)
    return set(visible.order_by().values_list("pk", flat=True))


def _line(user: User, row: Message, now: datetime, *, openable: bool) -> Line:
    client, person = row.client, row.participant
    protected = bool(client and client.protected and user not in client.protected_for.all())
    name = client.name if client else person.name if person else ""
    return Line(
        message=row,
        name="" if protected else name,
        phone="" if protected or client is None else client.mobile or "",
        protected=protected,
        openable=openable,
        over=bool(row.appointment and row.appointment.end <= now),
        retriable=now <= row.not_after and by_hand.way_of(row) is not None,
    )


def act(
    request: HttpRequest,
    lists: "Sequence[QuerySet[Message]]",
    settled: "QuerySet[Message]",
    pk: UUID,
    verb: str,
    now: datetime,
) -> None:
    """Do one of the three things with one row of these lists; what is neither there nor settled is 404."""
    message = next((found for rows in lists if (found := rows.filter(pk=pk).first())), None)
    if verb not in VERBS or (message is None and not settled.filter(pk=pk).exists()):
        raise Http404
    if message is None:
        messages.info(request, _("This was done already."))
        return
    do, said = VERBS[verb]
    try:
        do(message=message, by=Actor.of(staff.user_of(request)), now=now)
    except (IllegalTransition, TooLate):
        messages.warning(request, _("This message has changed in the meantime. Please look again."))
    else:
        messages.success(request, _(said))
