"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from scheduler.models import Office
from scheduler.queries import agenda


def page(request: HttpRequest) -> dict[str, Any]:
    """The office of the address, else of the signed-in user, her roles, and whether this is a demo."""
    return {
        "office": getattr(request, "office", None) or _own_office(request),
        "roles": SimpleLazyObject(lambda: _roles(request)),
        "demo": settings.DEMO,
    }


def _own_office(request: HttpRequest) -> Office | None:
    user = getattr(request, "user", None)
    return user.office if user is not None and user.is_authenticated else None


def _roles(request: HttpRequest) -> agenda.Roles | None:
    """Asked for by pages of staff alone."""
    user = getattr(request, "user", None)
    return agenda.roles(user) if user is not None and user.is_authenticated else None
