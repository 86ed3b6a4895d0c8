"""Holds: a time kept for twenty minutes."""

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import answers, serializers, shapes
from api.views.base import OfficeView
from scheduler.models import Caseworker, Hold, Service
from scheduler.services import booking


class HoldsView(OfficeView):
    """Each hold of a key stands for itself: other programs keep several at once."""

    scopes = {"POST": "book"}

    @extend_schema(request=serializers.HoldIn, responses={201: answers.HoldOut})
    def post(self, request: Request) -> Response:
        asked = serializers.HoldIn(data=request.data)
        asked.is_valid(raise_exception=True)
        wish = asked.validated_data
        caseworker = wish.get("caseworker")
        kept = booking.hold(
            office=self.office,
            service=self.by_id(Service, wish["service"]),
            start=wish["start"],
            mode=wish["mode"],
            session=f"key:{self.key.pk}:{uuid.uuid4().hex}",
            now=self.now,
            caseworker=self.by_id(Caseworker, caseworker) if caseworker else None,
            interpreter=wish["interpreter"],
        )
        return Response(shapes.hold(kept), status=201)


class HoldView(OfficeView):
    """Give a time back."""

    scopes = {"DELETE": "book"}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: object) -> Response:
        rows = Hold.objects.filter(session__startswith=f"key:{self.key.pk}:")
        booking.release(hold=self.one(rows, pk=pk))
        return Response(status=204)
