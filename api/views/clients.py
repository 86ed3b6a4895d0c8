"""Clients, for case systems."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import answers, serializers, shapes
from api.views.base import OfficeView, id_of, text_of
from scheduler.models import Client
from scheduler.services import people, retention


def _told(view: OfficeView) -> "QuerySet[Client]":
    """Whom only named staff may see does not exist here."""
    return Client.objects.of(view.office).filter(protected=False)


class ClientsView(OfficeView):
    """Found by external reference only: nobody browses people."""

    @extend_schema(
        parameters=[OpenApiParameter("external_reference", str)],
        responses={200: answers.ClientsOut},
        operation_id="clients_list",
    )
    def get(self, request: Request) -> Response:
        reference = text_of(request, "external_reference")
        rows = _told(self).filter(external_reference=reference) if reference else []
        return Response({"results": [shapes.client(row) for row in rows], "next": None})


class ClientView(OfficeView):
    """One client; DELETE erases at once."""

    scopes = {"GET": "read", "PATCH": "book", "DELETE": "admin"}

    def client(self, pk: object) -> Client:
        """The client, else 404."""
        return self.one(_told(self), pk=id_of(pk))

    @extend_schema(responses={200: answers.ClientOut})
    def get(self, request: Request, pk: object) -> Response:
        return Response(shapes.client(self.client(pk)))

    @extend_schema(request=serializers.ClientPatch, responses={200: answers.ClientOut})
    def patch(self, request: Request, pk: object) -> Response:
        asked = serializers.ClientPatch(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        client = self.client(pk)
        changed = people.change_client(client=client, by=self.actor, now=self.now, **asked.validated_data)
        return Response(shapes.client(changed))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: object) -> Response:
        retention.erase_client(client=self.client(pk), by=self.actor, now=self.now)
        return Response(status=204)
