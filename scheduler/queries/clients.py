"""Clients whom staff look for: within the circle by any part, outside of it only who is named exactly."""

from datetime import datetime

from django.db.models import Q, QuerySet

from scheduler.models import Client, User
from scheduler.queries.agenda import visible_clients


def found_by(rows: "QuerySet[Client]", text: str) -> "QuerySet[Client]":
    """By a part of the name or contact, or by the case system's reference."""
    number = text.replace(" ", "").lstrip("0")
    by = Q(name__icontains=text) | Q(email__icontains=text) | Q(external_reference=text)
    return rows.filter(by | Q(mobile__endswith=number) if number.isdecimal() else by)


def within(user: User, text: str, now: datetime) -> "QuerySet[Client]":
    """Whom she may open now."""
    return found_by(visible_clients(user, now), text).select_related("caseworker")


def outside(user: User, text: str, now: datetime) -> "QuerySet[Client]":
    """Others of the office whom this text names exactly; protected ones are not there."""
    exact = Q(name__iexact=text) | Q(email__iexact=text) | Q(mobile=text) | Q(external_reference=text)
    rows = Client.objects.of(user.office).filter(exact, protected=False)
    return rows.exclude(pk__in=visible_clients(user, now).order_by().values("pk"))


def known(user: User, now: datetime, *, name: str, email: str, mobile: str) -> Client | None:
    """Somebody she may see with this name and contact: a second click makes no second person."""
    rows = visible_clients(user, now)
    return rows.filter(name__iexact=name, email=email or None, mobile=mobile or None).first()
