"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """The office of the signed-in user where a view names none, and whether this is a demo."""
    user = getattr(request, "user", None)
    office = user.office if user is not None and user.is_authenticated else None
    return {"office": office, "demo": settings.DEMO}
