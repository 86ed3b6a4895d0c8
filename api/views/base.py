"""What every view of the API needs."""

from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import translation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from api.parsers import SmallJSON
from api.throttling import Writes
from scheduler import clock
from scheduler.errors import Invalid
from scheduler.events import Actor
from scheduler.models import ApiKey, Office

LONGEST_ID = 18
Row = TypeVar("Row")


class InEnglish(APIView):
    """Programs are spoken to in English, whatever the caller's browser wishes."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """In English from the first refusal on."""
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)


class OfficeView(InEnglish):
    """A view inside the office of the key. ``scopes``: method → scope."""

    scopes: dict[str, str] = {"GET": "read"}
    throttle_classes = [Writes]
    parser_classes = [SmallJSON]
    request: Request

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """There is nothing to choose from."""
        return JSONRenderer(), JSONRenderer.media_type

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
        return self.one(model._default_manager.all(), pk=id_of(pk))


def found_or_404(row: Row | None) -> Row:
    """What was found. Raises Http404."""
    if row is None:
        raise Http404
    return row


def id_of(text: object) -> int:
    """The number behind an id; what cannot be one is not found. Raises Http404."""
    digits = str(text)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > LONGEST_ID:
        raise Http404
    return int(digits)


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


def language_of(request: Request) -> str:
    """The language in which services are named: the first that the caller accepts, else German."""
    wished = request.headers.get("Accept-Language", "de").split(",")[0].split(";")[0]
    return wished.strip().split("-")[0]


def text_of(request: Request, name: str, longest: int = 64) -> str:
    """One line of the query string, empty where it is missing. Raises Invalid."""
    text = request.query_params.get(name, "")
    if len(text) > longest or not text.isprintable():
        raise Invalid(field=name, problem="too_long" if len(text) > longest else "unknown")
    return text


class NoSuchAddress(OfficeView):
    """Every address that the API does not have: a problem, not a page."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404
