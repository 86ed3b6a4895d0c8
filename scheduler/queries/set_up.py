"""What is set up in an office."""

from typing import Any

from django.db.models import Count

from scheduler.models import ApiKey, Caseworker, Interpreter, Location, Office, Service, Team, User


def of(office: Office) -> dict[str, Any]:
    """Sites, concerns, teams with their size, people, keys; each read when it is shown."""
    people = Caseworker.objects.of(office).select_related("team", "user").prefetch_related("services")
    return {
        "locations": Location.objects.of(office),
        "services": Service.objects.of(office),
        "teams": Team.objects.of(office).annotate(size=Count("caseworkers")).prefetch_related("leads"),
        "caseworkers": people,
        "interpreters": Interpreter.objects.of(office),
        "administrators": User.objects.filter(office=office, administers=True, is_active=True),
        "keys": ApiKey.objects.of(office),
    }
