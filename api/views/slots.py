"""Free times."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from api import answers
from api.views.base import OfficeView, day_of, found_or_404, id_of, text_of
from scheduler.errors import Invalid
from scheduler.models import Caseworker, Service, Team
from scheduler.queries import rows
from scheduler.queries.free_slots import Offer, Search, free_slots

LONGEST_DAYS = 92
PARAMETERS = [
    OpenApiParameter("service", str, required=True, description="Missing: 400. None of this office: 404."),
    OpenApiParameter("from", str, required=True, description="Date in the office's zone."),
    OpenApiParameter("to", str, required=True, description="Date, exclusive; at most 92 days."),
    *(OpenApiParameter(n, str) for n in ("caseworker", "team", "mode", "language", "interpreter", "limit")),
]


class SlotsView(OfficeView):
    """Without ``caseworker`` the union over everybody who offers the service."""

    @extend_schema(parameters=PARAMETERS, responses={200: answers.SlotsOut})
    def get(self, request: Request) -> HttpResponse:
        search = self._search(request.query_params)
        first, until = day_of(request, "from"), day_of(request, "to")
        if first >= until:
            raise Invalid(field="to", problem="before_start")
        if (until - first).days > LONGEST_DAYS:
            raise Invalid(field="to", problem="out_of_range")
        offer = free_slots(search, first=first, until=until, now=self.now)
        self._refuse_unknown(search, offer)
        body = answer(offer, _limit(request.query_params.get("limit", "")))
        return HttpResponse(orjson.dumps(body), content_type="application/json")

    def _search(self, wishes: Any) -> Search:
        service = self._service(wishes.get("service", ""))
        caseworker, team = wishes.get("caseworker", ""), wishes.get("team", "")
        return Search(
            self.office,
            service,
            mode=_mode(text_of(self.request, "mode")),
            caseworker=_number(caseworker, "caseworker"),
            team=_number(team, "team"),
            language=text_of(self.request, "language"),
            interpreter=text_of(self.request, "interpreter"),
        )

    def _service(self, pk: str) -> Service:
        if not pk:
            raise Invalid(field="service", problem="required")
        with named("service"):
            service = found_or_404(rows.service(self.office, id_of(pk)))
            return found_or_404(service if service.active else None)

    def _refuse_unknown(self, search: Search, offer: Offer) -> None:
        """Only an empty answer needs the look whether the ids exist here at all."""
        if not offer.starts and search.caseworker is not None:
            with named("caseworker"):
                self.by_id(Caseworker, search.caseworker)
        if not offer.starts and search.team is not None:
            with named("team"):
                self.by_id(Team, search.team)


@contextmanager
def named(parameter: str) -> Iterator[None]:
    """What is not there is said by its name: the address itself was right."""
    try:
        yield
    except Http404:
        raise NotFound(f"There is no such {parameter}.") from None


def answer(offer: Offer, limit: int | None) -> dict[str, Any]:
    """The body: slots with caseworker ids, and where to go on."""
    starts = list(offer.starts.items())
    shown = starts if limit is None else starts[:limit]
    names: dict[int, str] = {}
    slots = [
        {
            "start": _stamp(start),
            "end": _stamp(start + offer.duration),
            "caseworkers": [names.get(pk) or names.setdefault(pk, str(pk)) for pk in ids],
        }
        for start, ids in shown
    ]
    return {"slots": slots, "next_after": slots[-1]["start"] if len(shown) < len(starts) else None}


@lru_cache(maxsize=16_384)
def _stamp(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _limit(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= 100_000:
        raise Invalid(field="limit", problem="out_of_range")
    return int(text[:9])


def _mode(text: str) -> str:
    if text and text not in Service.MODES:
        raise Invalid(field="mode", problem="unknown")
    return text


def _number(text: str, field: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Invalid(field=field, problem="unknown")
    return int(text)
