"""Fill an empty data base of ours by the plan; prints what the driver must know as JSON."""

import argparse
import json
from datetime import date, datetime, timedelta

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from scheduler.clock import now  # noqa: E402
from scheduler.models import (  # noqa: E402
    Allocation,
    ApiKey,
    Appointment,
    Available,
    Caseworker,
    Client,
    ClosingDay,
    Office,
    Schedule,
    Service,
    Team,
)
from scheduler.queries.closing import bank_holidays  # noqa: E402
from tests.load import plan  # noqa: E402

HORIZON_DAYS = 300


def office(frame: plan.Frame) -> Office:
    """An office that works on bank holidays too, since the peer knows none."""
    row = Office.objects.create(slug="bench", name="Benchmark", zone=str(plan.ZONE))
    first, until = frame.year
    days = {day for year in {first.year, until.year} for day in bank_holidays(row.region, year)}
    ClosingDay.objects.bulk_create(ClosingDay(office=row, day=day, lifted=True) for day in sorted(days))
    return row


def service(owner: Office) -> Service:
    """Half an hour every half hour, without a buffer, as the peer counts."""
    return Service.objects.create(
        office=owner,
        slug="counselling",
        names={"de": "Beratung"},
        duration_minutes=plan.MINUTES,
        buffer_minutes=0,
        horizon_days=HORIZON_DAYS,
    )


def caseworkers(owner: Office, topic: Service, count: int) -> list[Caseworker]:
    """Caseworkers of one team who all offer the service."""
    team = Team.objects.create(office=owner, name="Team")
    team.services.add(topic)
    names = [f"Caseworker {number:04}" for number in range(count)]
    rows = Caseworker.objects.bulk_create(
        Caseworker(office=owner, team=team, display_name=name) for name in names
    )
    topic.caseworkers.add(*rows)
    return rows


def calendars(owner: Office, people: list[Caseworker], frame: plan.Frame, at: datetime) -> list[Schedule]:
    """Schedules with published openings on Mondays to Fridays."""
    rows = Schedule.objects.bulk_create(Schedule(office=owner, caseworker=person) for person in people)
    common = {
        "office": owner,
        "opens": plan.OPENS * 60,
        "closes": plan.CLOSES * 60,
        "starts_on": frame.year[0],
    }
    common |= {"status": Available.PUBLISHED, "created_at": at}
    Available.objects.bulk_create(
        Available(schedule=row, weekday=weekday, **common) for row in rows for weekday in range(5)
    )
    return rows


def fill(schedule: Schedule, topic: Service, client: Client, times: list[plan.Time], at: datetime) -> None:
    """Store appointments at these times, each with the allocation that guards it."""
    rows = Appointment.objects.bulk_create(_appointment(schedule, topic, client, one, at) for one in times)
    allocations = [
        Allocation(office=row.office, schedule=schedule, appointment=row, start=row.start, end=row.end)
        for row in rows
    ]
    if not Allocation.claim(allocations):
        raise SystemExit("the plan takes a time twice")


def _appointment(
    schedule: Schedule, topic: Service, client: Client, one: plan.Time, at: datetime
) -> Appointment:
    start = plan.instant(one)
    return Appointment(
        office=schedule.office,
        service=topic,
        client=client,
        caseworker=schedule.caseworker,
        mode="video",
        start=start,
        end=start + timedelta(minutes=plan.MINUTES),
        created_at=at,
        updated_at=at,
    )


def seed(arguments: argparse.Namespace, at: datetime) -> dict[str, object]:
    """All rows in one transaction; answers ids and the secret of an API key."""
    frame = plan.Frame(arguments.monday)
    owner = office(frame)
    topic = service(owner)
    people = caseworkers(owner, topic, arguments.caseworkers)
    client = Client.objects.create(office=owner, name="Client", word="Amsel", created_at=at)
    for number, schedule in enumerate(calendars(owner, people, frame, at)):
        fill(schedule, topic, client, plan.taken(arguments.plan, frame, arguments.appointments, number), at)
    _, key = ApiKey.issue(office=owner, name="benchmark", scopes=["read", "book"], now=at)
    return {"service": str(topic.pk), "caseworkers": [str(person.pk) for person in people], "key": key}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--monday", type=date.fromisoformat, required=True)
    parser.add_argument("--plan", choices=["spread", "dense"], required=True)
    parser.add_argument("--caseworkers", type=int, required=True)
    parser.add_argument("--appointments", type=int, required=True, help="of each caseworker")
    with transaction.atomic():
        told = seed(parser.parse_args(), now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(json.dumps(told))


main()
