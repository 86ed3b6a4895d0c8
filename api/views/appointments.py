"""Booking and everything that happens to an appointment afterwards."""

import hashlib
import json
from typing import Any

from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from api import answers, serializers, shapes
from api.pagination import Cursor
from api.views.base import OfficeView, day_of, found_or_404, id_of
from scheduler import links
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.errors import Invalid, StaleSequence
from scheduler.models import Appointment, Caseworker, Client, Hold, Location, Participant, Service
from scheduler.queries import rows
from scheduler.services import attendance, booking, people

BOOKED = {201: answers.ChangedOut, 200: answers.ChangedOut}
KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body: the same answer."
)
SEEN = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The sequence that was seen.")
PARAMETERS = [
    OpenApiParameter(name, str)
    for name in ("from", "to", "status", "caseworker", "client", "updated_since", "limit", "cursor")
]


class AppointmentsView(OfficeView):
    """List, and book."""

    scopes = {"GET": "read", "POST": "book"}

    @extend_schema(
        parameters=PARAMETERS, responses={200: answers.AppointmentsOut}, operation_id="appointments_list"
    )
    def get(self, request: Request) -> Response:
        found = _filtered(self, request).prefetch_related("participants")
        pages = Cursor()
        pages.ordering = ("updated_at" if "updated_since" in request.query_params else "start", "pk")
        page = pages.paginate_queryset(found, request, self) or []
        return pages.get_paginated_response([shapes.appointment(row, self.key) for row in page])

    @extend_schema(request=serializers.AppointmentIn, parameters=[KEY], responses=BOOKED)
    def post(self, request: Request) -> Response:
        asked = serializers.AppointmentIn(data=request.data)
        asked.is_valid(raise_exception=True)
        booked = self._book(asked.validated_data, request)
        body = {**shapes.appointment(booked, self.key), "warnings": list(booked.warnings)}
        return Response(body, status=200 if booked.repeated else 201)

    def _book(self, wish: dict[str, Any], request: Request) -> Appointment:
        if wish["special"] and "book_any" not in self.key.scopes:
            raise PermissionDenied
        caseworker, hold, location = wish.get("caseworker"), wish.get("hold"), wish.get("location")
        return booking.book(
            office=self.office,
            service=self._service(wish["service"]),
            start=wish["start"],
            mode=wish["mode"],
            client=self._client(wish["client"]),
            by=self.actor,
            now=self.now,
            caseworker=self._caseworker(caseworker) if caseworker else None,
            hold=self._hold(hold) if hold else None,
            interpreter=wish["interpreter"],
            location=self.by_id(Location, location) if location else None,
            note=wish["note"],
            special=wish["special"],
            idempotency=_idempotency(self, request),
        )

    def _hold(self, pk: object) -> Hold | None:
        """One that is over, or has become this very appointment, is none: the time is free or it is not."""
        held = Hold.objects.of(self.office).filter(pk=pk, session__startswith=f"key:{self.key.pk}:")
        return held.select_related("caseworker").first()

    def _service(self, pk: str) -> Service:
        return found_or_404(rows.service(self.office, id_of(pk)))

    def _caseworker(self, pk: str) -> Caseworker:
        return found_or_404(rows.caseworker(self.office, id_of(pk)))

    def _client(self, wish: dict[str, Any]) -> Client | people.Person:
        if wish.get("id"):
            return self.one(Client.objects.filter(protected=False), pk=id_of(wish["id"]))
        known = {name: wish.get(name) for name in ("email", "mobile", "external_reference")}
        return people.Person(wish["name"], language=wish["language"], **known)


def _idempotency(view: OfficeView, request: Request) -> booking.Idempotency | None:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return None
    if len(key) > 128 or not (key.isascii() and key.isprintable()):
        raise Invalid(field="Idempotency-Key", problem="too_long" if len(key) > 128 else "unknown")
    body = json.dumps(request.data, sort_keys=True).encode()
    return booking.Idempotency(f"key:{view.key.pk}", key, hashlib.sha256(body).hexdigest())


def _filtered(view: OfficeView, request: Request) -> Any:
    found = Appointment.objects.of(view.office).with_people()
    wishes = request.query_params
    zone = localtime.zone(view.office.zone)
    if "from" in wishes:
        found = found.filter(start__gte=localtime.at(day_of(request, "from"), 0, zone))
    if "to" in wishes:
        found = found.filter(start__lt=localtime.at(day_of(request, "to"), 0, zone))
    if "status" in wishes:
        if wishes["status"] not in set(Status):
            raise Invalid(field="status", problem="unknown")
        found = found.filter(status=wishes["status"])
    if "caseworker" in wishes:
        found = found.filter(caseworker=view.by_id(Caseworker, wishes["caseworker"]))
    if "client" in wishes:
        told = Client.objects.filter(protected=False)
        found = found.filter(client=view.one(told, pk=id_of(wishes["client"])))
    return (
        found.filter(updated_at__gte=_since(wishes["updated_since"])) if "updated_since" in wishes else found
    )


def _since(text: str) -> Any:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 2000 <= found.year < 2100:
        raise Invalid(field="updated_since", problem="unknown")
    return found


class AppointmentView(OfficeView):
    """One appointment."""

    def row(self, uid: object) -> Appointment:
        """The appointment of this office, else 404."""
        return self.one(Appointment.objects.with_people(), uid=uid)

    @extend_schema(responses={200: answers.AppointmentOut})
    def get(self, request: Request, uid: object) -> Response:
        return Response(shapes.appointment(self.row(uid), self.key))


class StepView(AppointmentView):
    """A step of one appointment; ``If-Match`` with the sequence is honoured."""

    scopes = {"POST": "book"}
    serializer: type[Serializer]

    def post(self, request: Request, uid: object) -> Response:
        row = self.row(uid)
        asked = self.serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        seen = request.headers.get("If-Match", "").strip('"')
        if seen and seen != str(row.sequence):
            raise StaleSequence(sequence=row.sequence)
        return self.step(row, asked.validated_data)

    def step(self, row: Appointment, wish: dict[str, Any]) -> Response:
        """What this step does."""
        raise NotImplementedError

    def told(self, row: Appointment) -> Response:
        """The appointment as it is now."""
        return Response({**shapes.appointment(row, self.key), "warnings": list(row.warnings)})


def _described(asked: type[Serializer], told: type[Serializer] = answers.ChangedOut) -> Any:
    """For the description: what a step asks for and answers."""
    return extend_schema_view(post=extend_schema(request=asked, parameters=[SEEN], responses={200: told}))


@_described(serializers.CancelIn)
class CancelView(StepView):
    """Cancel, for the client or for the office."""

    serializer = serializers.CancelIn

    def step(self, row: Appointment, wish: dict[str, Any]) -> Response:
        behalf = {"reason": wish["reason"], "on_behalf_of": wish["by"]}
        return self.told(booking.cancel(appointment=row, by=self.actor, now=self.now, **behalf))


@_described(serializers.RescheduleIn)
class RescheduleView(StepView):
    """Another time."""

    serializer = serializers.RescheduleIn

    def step(self, row: Appointment, wish: dict[str, Any]) -> Response:
        caseworker = self.by_id(Caseworker, wish["caseworker"]) if "caseworker" in wish else None
        return self.told(
            booking.move(
                appointment=row, start=wish["start"], by=self.actor, now=self.now, caseworker=caseworker
            )
        )


@_described(serializers.ModeIn)
class ModeView(StepView):
    """Video, phone or on site instead."""

    serializer = serializers.ModeIn

    def step(self, row: Appointment, wish: dict[str, Any]) -> Response:
        return self.told(booking.switch_mode(appointment=row, mode=wish["mode"], by=self.actor, now=self.now))


@_described(serializers.OutcomeIn)
class OutcomeView(StepView):
    """What became of it."""

    serializer = serializers.OutcomeIn

    def step(self, row: Appointment, wish: dict[str, Any]) -> Response:
        status = wish["status"]
        return self.told(
            attendance.record_outcome(appointment=row, status=status, by=self.actor, now=self.now)
        )


@_described(serializers.HandoverIn)
class HandoverView(StepView):
    """The same talk with another caseworker."""

    serializer = serializers.HandoverIn

    def step(self, row: Appointment, wish: dict[str, Any]) -> Response:
        caseworker = self.by_id(Caseworker, wish["caseworker"])
        return self.told(
            booking.hand_over(
                appointment=row,
                caseworker=caseworker,
                by=self.actor,
                now=self.now,
                offered="book_any" not in self.key.scopes,
            )
        )


@_described(serializers.JoinIn, answers.PassOut)
class JoinView(StepView):
    """A fresh way into the room for one person."""

    scopes = {"POST": "join"}
    serializer = serializers.JoinIn

    def step(self, row: Appointment, wish: dict[str, Any]) -> Response:
        participant = self.one(
            Participant.objects.select_related("client"),
            appointment=row,
            role=wish["as"],
            revoked_at=None,
            appointment__client__protected=False,
            **({"caseworker": row.caseworker_id} if wish["as"] == "caseworker" else {}),
        )
        participant.appointment = row
        ticket = attendance.hand_out(participant=participant, now=self.now)
        expires = ticket.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        url = ticket.url or f"{links.url(participant)}/join/"
        return Response({"url": url, "room": ticket.room, "expires_at": expires})
