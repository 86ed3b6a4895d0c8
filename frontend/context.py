"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from scheduler.models import Office


def page(request: HttpRequest) -> dict[str, Any]:
    """The office of the address, else of the signed-in user, and whether this is a demo."""
    return {"office": getattr(request, "office", None) or _own_office(request), "demo": settings.DEMO}


def _own_office(request: HttpRequest) -> Office | None:
    user = getattr(request, "user", None)
    return user.office if user is not None and user.is_authenticated else None
