"""Fill an empty data base of ours by the plan; prints what the driver must know as JSON."""

import json
from datetime import datetime, timedelta

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
    rows = Caseworker.objects.bulk_create(
        Caseworker(office=owner, team=team, display_name=f"Caseworker {number:04}") for number in range(count)
    )
    topic.caseworkers.add(*rows)
    return rows


def calendars(owner: Office, people: list[Caseworker], frame: plan.Frame, at: datetime) -> list[Schedule]:
    """Schedules with published openings on Mondays to Fridays."""
    rows = Schedule.objects.bulk_create(Schedule(office=owner, caseworker=person) for person in people)
    common = {"office": owner, "opens": plan.OPENS * 60, "closes": plan.CLOSES * 60}
    common |= {"starts_on": frame.year[0], "status": Available.PUBLISHED, "created_at": at}
    Available.objects.bulk_create(
        Available(schedule=row, weekday=weekday, **common) for row in rows for weekday in range(5)
    )
    return rows


def fill(schedule: Schedule, topic: Service, client: Client, times: list[plan.Time], at: datetime) -> None:
    """Store appointments at these times, each with the allocation that guards it."""
    rows = Appointment.objects.bulk_create(_appointment(schedule, topic, client, one, at) for one in times)
    common = {"office": schedule.office, "schedule": schedule}
    if not Allocation.claim(
        [Allocation(appointment=row, start=row.start, end=row.end, **common) for row in rows]
    ):
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


def seed(frame: plan.Frame, filling: plan.Filling, at: datetime) -> dict[str, object]:
    """All rows in one transaction; answers ids and the secret of an API key."""
    owner = office(frame)
    topic = service(owner)
    people = caseworkers(owner, topic, filling.caseworkers)
    client = Client.objects.create(office=owner, name="Client", word="Amsel", created_at=at)
    for number, schedule in enumerate(calendars(owner, people, frame, at)):
        fill(schedule, topic, client, filling.taken(frame, number), at)
    _, key = ApiKey.issue(office=owner, name="benchmark", scopes=["read", "book"], now=at)
    return {"service": str(topic.pk), "caseworkers": [str(person.pk) for person in people], "key": key}


def main() -> None:
    with transaction.atomic():
        told = seed(*plan.Filling.told(), now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(json.dumps(told))


main()
