"""The cast and the scenery of the tests: plainly invented, made through real models and services."""

from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from scheduler.events import SYSTEM, Actor
from scheduler.models import (
    Appointment,
    Available,
    Caseworker,
    Client,
    Consent,
    Interpreter,
    Office,
    RoomEvent,
    Schedule,
    Service,
    Team,
    User,
)
from scheduler.services import booking, publishing

_numbers = count(1)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday, 9:00 in Berlin, four weeks before the clocks change."""
TUESDAY = date(2026, 3, 10)


def utc(text: str) -> datetime:
    """An instant from ``2026-03-10 09:00`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def office(**fields: Any) -> Office:
    number = next(_numbers)
    return Office.objects.create(
        **{
            "slug": f"amt-{number}",
            "name": f"Jobcenter Beispiel {number}",
            "phone": "+49 6152 000000",
            **fields,
        }
    )


def service(of: Office, **fields: Any) -> Service:
    number = next(_numbers)
    return Service.objects.create(
        office=of,
        **{
            "slug": f"beratung-{number}",
            "names": {"de": f"Beratung {number}", "en": f"Counselling {number}"},
            **fields,
        },
    )


def team(of: Office, **fields: Any) -> Team:
    return Team.objects.create(office=of, **{"name": f"Team {next(_numbers)}", **fields})


def user(of: Office, **fields: Any) -> User:
    number = next(_numbers)
    email = fields.pop("email", f"person{number}@amt.example")
    return User.objects.create_user(
        email, "correct horse battery staple", office=of, name=f"Person {number}", **fields
    )


def caseworker(of: Office, *services: Service, **fields: Any) -> Caseworker:
    """A caseworker with user, team and calendar, who offers these services."""
    number = next(_numbers)
    row = Caseworker.objects.create(
        office=of,
        **{
            "team": fields.pop("team", None) or team(of),
            "user": fields.pop("user", None) or user(of),
            "display_name": f"Frau Muster {number}",
            "languages": ["de"],
            **fields,
        },
    )
    row.services.set(services)
    Schedule.objects.create(office=of, caseworker=row)
    return row


def interpreter(of: Office, *languages: str, **fields: Any) -> Interpreter:
    row = Interpreter.objects.create(
        office=of, name=f"Dolmetscher {next(_numbers)}", languages=list(languages), **fields
    )
    Schedule.objects.create(office=of, interpreter=row)
    return row


def opening(who: Caseworker | Interpreter, **fields: Any) -> Available:
    """A published opening; without fields every Tuesday 9–12 from 1 January 2026."""
    wish = publishing.Wish(
        **{"weekday": 1, "opens": 9 * 60, "closes": 12 * 60, "starts_on": date(2026, 1, 1), **fields}
    )
    begun = datetime.combine(wish.starts_on, time(8), UTC)
    return publishing.publish(schedule=who.schedule, wish=wish, by=SYSTEM, now=min(begun, NOW))


def client(of: Office, **fields: Any) -> Client:
    """A client with consent for each contact that is given (by default an e-mail address)."""
    number = next(_numbers)
    values = {
        "name": f"Kim Beispiel {number}",
        "email": f"kim{number}@post.example",
        "word": "Ahorn",
        **fields,
    }
    row = Client.objects.create(office=of, created_at=NOW, **values)
    for channel, address in (("email", row.email), ("sms", row.mobile)):
        if address:
            Consent.objects.create(office=of, client=row, channel=channel, given_at=NOW)
    return row


def appointment(who: Caseworker, of_client: Client | None = None, **fields: Any) -> Appointment:
    """A booked video appointment through the service: Tuesday, 10 March 2026, 9:00 in Berlin (8:00 UTC)."""
    values: dict[str, Any] = {
        "service": who.services.first(),
        "start": utc("2026-03-10 08:00"),
        "mode": "video",
        "by": Actor("user", "1"),
        "now": NOW,
        **fields,
    }
    person = of_client or client(who.office)
    return booking.book(office=who.office, client=person, caseworker=who, **values)


def heard_somewhere(who: Caseworker) -> RoomEvent:
    """The room server has told of another talk that somebody came in: its events reach us."""
    other = appointment(who, start=utc("2026-03-10 10:00"))
    return RoomEvent.objects.create(
        office=who.office, participant=other.one("client"), kind="joined", at=NOW, occupant="a"
    )
