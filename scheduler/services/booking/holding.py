"""Holds: a time is kept while the form is filled in; nothing typed is lost when it ends."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from scheduler import policies
from scheduler.errors import HoldExpired, LimitReached
from scheduler.models import Allocation, Caseworker, Client, Hold, Office, Service
from scheduler.queries.free_slots import Search
from scheduler.services.booking import claiming


def hold(
    *,
    office: Office,
    service: Service,
    start: datetime,
    mode: str,
    session: str,
    now: datetime,
    caseworker: Caseworker | None = None,
    client: Client | None = None,
    interpreter: str = "",
    address: str = "",
) -> Hold:
    """Keep a free time for this browser session; the session's former hold ends.

    Raises SlotTaken, NotOffered, LimitReached, Invalid.
    """
    search = Search(office, service, mode, caseworker.pk if caseworker else None, interpreter=interpreter)
    claiming.refuse_unoffered(search)
    _refuse_floods(office, session, address, now)
    return _claim(search, _draft(search, start, now, session=session, address=address), client, now)


def _draft(search: Search, start: datetime, now: datetime, **whose: str) -> Hold:
    return Hold(
        office=search.office,
        service=search.service,
        mode=search.mode,
        interpreter_language=search.interpreter,
        start=start,
        end=start + timedelta(minutes=search.service.duration_minutes),
        created_at=now,
        expires_at=policies.hold_until(search.office, now),
        **whose,
    )


def extend(*, hold: Hold, now: datetime) -> Hold:
    """Another round of minutes, ten times at most; less than a minute more is no round. Raises HoldExpired.

    Allocations before the hold, as booking takes them: two tabs never wait for each other in a circle.
    """
    until = policies.hold_until(hold.office, now)
    fresh = hold.expires_at > now and until - hold.expires_at < policies.ROUND_AT_LEAST
    if fresh and hold.extensions < policies.EXTENSIONS:
        return hold
    with transaction.atomic():
        claiming.lock(hold.allocations.values_list("schedule", flat=True))
        hold.allocations.update(expires_at=until)
        live = Hold.objects.filter(pk=hold.pk, expires_at__gt=now, extensions__lt=policies.EXTENSIONS)
        if not live.update(expires_at=until, extensions=hold.extensions + 1):
            raise HoldExpired
    hold.expires_at, hold.extensions = until, hold.extensions + 1
    return hold


def release(*, hold: Hold) -> None:
    """Give the time back; its allocations go with it."""
    hold.delete()


def _claim(search: Search, fresh: Hold, client: Client | None, now: datetime) -> Hold:
    for pk in _able(search, fresh, client, now):
        with transaction.atomic():
            caseworker = claiming.with_schedule(search.office, pk)
            _end_former(search, fresh, caseworker)
            fresh.pk, fresh.caseworker = uuid.uuid4(), caseworker
            fresh.save(force_insert=True)
            owner = {"hold": fresh, "expires_at": fresh.expires_at}
            if claiming.take(search, caseworker=caseworker, start=fresh.start, owner=owner, now=now):
                return fresh
            transaction.set_rollback(True)
    raise claiming.refusal(search, start=fresh.start, now=now)


def _able(search: Search, fresh: Hold, client: Client | None, now: datetime) -> list[int]:
    """Who may take it; the session's own former hold of the same time does not stand in its way."""
    same = Hold.objects.of(search.office).filter(
        session=fresh.session,
        service=fresh.service,
        start=fresh.start,
        mode=fresh.mode,
        interpreter_language=fresh.interpreter_language,
        expires_at__gt=now,
    )
    known = same.first()
    if known and search.caseworker in (None, known.caseworker_id):
        if known.extensions >= policies.EXTENSIONS:
            raise HoldExpired
        fresh.extensions = known.extensions + 1
        return [known.caseworker_id]
    return claiming.able(search, start=fresh.start, client=client, now=now)


def _end_former(search: Search, fresh: Hold, caseworker: Caseworker) -> None:
    """All calendars that this takes part in are locked at once, in id order: nobody waits in a circle.

    Also without a former hold: another tab of the session may make one at this very moment.
    """
    former = Hold.objects.of(fresh.office).filter(session=fresh.session)
    schedules = list(Allocation.objects.filter(hold__in=former).values_list("schedule", flat=True))
    claiming.lock([*schedules, caseworker.schedule.pk], search)
    former.delete()


def _refuse_floods(office: Office, session: str, address: str, now: datetime) -> None:
    live = Hold.objects.of(office).filter(expires_at__gt=now).exclude(session=session)
    if live.count() >= office.holds_in_all:
        raise LimitReached(limit="holds_in_all")
    if address and live.filter(address=address).count() >= office.holds_per_address:
        raise LimitReached(limit="holds_per_address")
