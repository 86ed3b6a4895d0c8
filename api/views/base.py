"""What every view of the API needs."""

from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.views import APIView

from api.throttling import Writes
from scheduler import clock
from scheduler.errors import Invalid
from scheduler.events import Actor
from scheduler.models import ApiKey, Office

LARGEST = 2**63 - 1


class OfficeView(APIView):
    """A view inside the office of the key. ``scopes``: method → scope."""

    scopes: dict[str, str] = {"GET": "read"}
    throttle_classes = [Writes]
    request: Request

    @property
    def key(self) -> ApiKey:
        """The calling key."""
        return self.request.auth  # type: ignore[return-value]

    @property
    def office(self) -> Office:
        """The key's office."""
        return self.key.office

    @property
    def actor(self) -> Actor:
        """The key as an actor."""
        return Actor.of(self.key)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Reads the clock once for the whole request."""
        super().initial(request, *args, **kwargs)
        self.now: datetime = clock.now()

    def one(self, rows: "QuerySet[Any]", **wanted: Any) -> Any:
        """The row of this office, else 404, whatever was typed for an id."""
        try:
            found = rows.filter(office=self.office, **wanted).first()
        except (ValueError, OverflowError):
            found = None
        if found is None:
            raise Http404
        return found

    def by_id(self, model: type[Model], pk: object) -> Any:
        """The row with this id in this office, else 404."""
        text = str(pk)
        if not (text.isascii() and text.isdigit()) or int(text[:20]) > LARGEST:
            raise Http404
        return self.one(model._default_manager.all(), pk=int(text))


def day_of(request: Request, name: str) -> date:
    """A date of the query string. Raises Invalid."""
    text = request.query_params.get(name, "")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Invalid(field=name, problem="unknown" if text else "required") from None
    if not 2000 <= found.year < 2100:
        raise Invalid(field=name, problem="out_of_range")
    return found


def stamp(instant: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None
