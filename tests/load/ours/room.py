"""Book one talk whose door is open now in a seeded data base; prints link and room as JSON."""

import json
from datetime import timedelta

import django

django.setup()

from scheduler import links  # noqa: E402
from scheduler.clock import now  # noqa: E402
from scheduler.events import SYSTEM  # noqa: E402
from scheduler.models import Caseworker, Client, Service  # noqa: E402
from scheduler.services import booking  # noqa: E402


def main() -> None:
    at, service = now(), Service.objects.select_related("office").get()
    appointment = booking.book(
        office=service.office,
        service=service,
        start=at.replace(second=0, microsecond=0) + timedelta(minutes=5),
        mode="video",
        client=Client.objects.get(),
        caseworker=Caseworker.objects.select_related("schedule", "user").first(),
        by=SYSTEM,
        now=at,
        special=True,
    )
    print(json.dumps({"link": links.token(appointment.one("client")), "room": appointment.room}))


main()
