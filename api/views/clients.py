"""Clients, for case systems."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import serializers, shapes
from api.views.base import OfficeView
from scheduler.models import Client
from scheduler.services import people, retention


class ClientsView(OfficeView):
    """Found by external reference only: nobody browses people."""

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        reference = request.query_params.get("external_reference", "")
        rows = Client.objects.of(self.office).filter(external_reference=reference) if reference else []
        return Response({"results": [shapes.client(row) for row in rows], "next": None})


class ClientView(OfficeView):
    """One client; DELETE erases at once."""

    scopes = {"GET": "read", "PATCH": "book", "DELETE": "admin"}

    @extend_schema(responses={200: dict})
    def get(self, request: Request, pk: object) -> Response:
        return Response(shapes.client(self.by_id(Client, pk)))

    @extend_schema(request=serializers.ClientPatch, responses={200: dict})
    def patch(self, request: Request, pk: object) -> Response:
        asked = serializers.ClientPatch(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        client = self.by_id(Client, pk)
        changed = people.change_client(client=client, by=self.actor, now=self.now, **asked.validated_data)
        return Response(shapes.client(changed))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: object) -> Response:
        retention.erase_client(client=self.by_id(Client, pk), by=self.actor, now=self.now)
        return Response(status=204)
