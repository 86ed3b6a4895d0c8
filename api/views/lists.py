"""What the office has: services, caseworkers, teams, locations."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import answers, shapes
from api.pagination import Cursor
from api.views.base import OfficeView, language_of
from scheduler.models import Caseworker, Location, Service, Team


class ListView(OfficeView):
    """Every row of the office, page by page."""

    model: type[Model]
    prefetch: tuple[str, ...] = ()
    wanted: dict[str, Any] = {}
    shape: Callable[[Any], dict[str, Any]]

    def get(self, request: Request) -> Response:
        rows = self.model._default_manager.filter(office=self.office, **self.wanted)
        pages = Cursor()
        page = pages.paginate_queryset(rows.prefetch_related(*self.prefetch), request, self) or []
        return pages.get_paginated_response([self.show(row) for row in page])

    def show(self, row: Any) -> dict[str, Any]:
        """One row as it is answered."""
        return type(self).shape(row)


@extend_schema(responses={200: answers.page_of(answers.ServiceOut)})
class ServicesView(ListView):
    """Names by ``Accept-Language``."""

    model, wanted = Service, {"active": True}

    def show(self, row: Service) -> dict[str, Any]:
        return shapes.service(row, language_of(self.request))


@extend_schema(responses={200: answers.page_of(answers.CaseworkerOut)})
class CaseworkersView(ListView):
    """Active ones."""

    model, prefetch, wanted = Caseworker, ("services",), {"active": True}
    shape = staticmethod(shapes.caseworker)


@extend_schema(responses={200: answers.page_of(answers.TeamOut)})
class TeamsView(ListView):
    """Teams."""

    model, prefetch = Team, ("services",)
    shape = staticmethod(shapes.team)


@extend_schema(responses={200: answers.page_of(answers.LocationOut)})
class LocationsView(ListView):
    """Sites."""

    model = Location
    shape = staticmethod(shapes.location)
