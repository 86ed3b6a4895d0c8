"""A plausible invented office, the same for the same seed and day."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.db import transaction

from scheduler import conference
from scheduler.domain import localtime, recurrence
from scheduler.domain.lifecycle import Status
from scheduler.management import demo_names, demo_people, demo_today
from scheduler.models import (
    Allocation,
    Appointment,
    Available,
    Booth,
    Caseworker,
    Client,
    ClosingDay,
    Consent,
    Event,
    Interpreter,
    Location,
    Office,
    Participant,
    Schedule,
    Service,
    Team,
)
from scheduler.queries import closing
from scheduler.services import people

SLUG = "demo"
TEAM_SIZE = 8
HORIZON = 42
PAST = 2 / 3
OUTCOMES = (Status.FULFILLED, Status.NOSHOW, Status.TECHNICAL_FAILURE, Status.OFFICE_FAILED, Status.CANCELLED)
WEIGHTS = (78, 8, 3, 1, 10)


@dataclass
class Size:
    """How much of it there is."""

    caseworkers: int = 6
    appointments: int = 40
    weeks: int = 12


@dataclass
class Demo:
    """One demo office in the making."""

    size: Size
    seed: int
    now: datetime
    office: Office = field(init=False)
    services: list[Service] = field(init=False)
    closed: set[date] = field(init=False)

    def make(self) -> Office:
        """Everything, in one transaction."""
        self.dice = random.Random(self.seed)  # noqa: S311 - invented people, no secrets
        with transaction.atomic():
            self._make_office()
            workers = [self._make_caseworker(number) for number in range(self.size.caseworkers)]
            clients = self._make_clients(workers)
            self._make_appointments(workers, clients)
            demo_people.make_staff(self.office, workers)
            demo_today.bring_up_to_date(self.office, self.now)
        return self.office

    @property
    def zone(self) -> tzinfo:
        return localtime.zone(self.office.zone)

    def _make_office(self) -> None:
        self.office = Office.objects.create(
            slug=SLUG,
            name="Jobcenter Musterkreis",
            phone="+49 6152 000000",
            is_demo=True,
            mail_sender_name="Jobcenter Musterkreis",
            sms_sender_name="JC Muster",
            imprint="Dies ist eine Vorführung. Alle Personen sind erfunden.",
        )
        self.location = Location.objects.create(
            office=self.office,
            name="Haus am Markt",
            address="Marktplatz 1, 64000 Musterstadt",
            step_free=True,
        )
        self.services = [
            Service.objects.create(
                office=self.office,
                slug=slug,
                names=names,
                descriptions=texts,
                duration_minutes=minutes,
                buffer_minutes=buffer,
            )
            for slug, names, texts, minutes, buffer in demo_names.SERVICES
        ]
        self._close_a_day()
        self._make_others()

    def _close_a_day(self) -> None:
        """The staff outing, on a Wednesday in three weeks; bank holidays are known without being told."""
        today = localtime.local_date(self.now, self.zone)
        day = today + timedelta(weeks=3, days=2 - today.weekday())
        ClosingDay.objects.create(office=self.office, day=day, name="Betriebsausflug")
        first, until = today - timedelta(weeks=self.size.weeks), today + timedelta(days=HORIZON)
        self.closed = {row.day for row in closing.closed_days(self.office, first, until)}

    def _make_others(self) -> None:
        booth = Booth.objects.create(office=self.office, location=self.location, name="Video-Arbeitsplatz 1")
        self._open(Schedule.objects.create(office=self.office, booth=booth), range(5), 8 * 60, 16 * 60)
        for name, languages in demo_names.INTERPRETERS:
            person = Interpreter.objects.create(
                office=self.office, name=name, languages=languages, email="sprachmittlung@demo.example"
            )
            schedule = Schedule.objects.create(office=self.office, interpreter=person)
            self._open(schedule, range(5), 9 * 60, 15 * 60)

    def _open(
        self, schedule: Schedule, weekdays: range | list[int], opens: int, closes: int
    ) -> list[Available]:
        first = localtime.local_date(self.now, self.zone) - timedelta(weeks=self.size.weeks)
        rows = [
            Available(
                office=self.office,
                schedule=schedule,
                weekday=weekday,
                opens=opens,
                closes=closes,
                starts_on=first,
                location=self.location,
                status=Available.PUBLISHED,
                created_at=self.now,
            )
            for weekday in weekdays
        ]
        return Available.objects.bulk_create(rows)

    def _make_caseworker(self, number: int) -> Caseworker:
        team, _ = Team.objects.get_or_create(office=self.office, name=f"Team {number // TEAM_SIZE + 1}")
        team.services.set(self.services)
        row = Caseworker.objects.create(
            office=self.office,
            team=team,
            display_name=f"Frau {demo_names.LAST[number % len(demo_names.LAST)]}",
            languages=["de", "en"] if number % 2 else ["de"],
        )
        row.services.set(self.services)
        schedule = Schedule.objects.create(office=self.office, caseworker=row)
        self._open(schedule, range(5), 9 * 60, 12 * 60)
        self._open(schedule, [0, 1, 3], 13 * 60, 16 * 60)
        return row

    def _make_clients(self, workers: list[Caseworker]) -> list[Client]:
        number = max(6, self.size.caseworkers * self.size.appointments // 4)
        rows = [
            Client(
                office=self.office,
                name=f"{self.dice.choice(demo_names.FIRST)} {self.dice.choice(demo_names.LAST)}",
                email=f"person{n}@demo.example",
                language="de" if n % 4 else "en",
                caseworker=workers[n % len(workers)] if n % 5 else None,
                matched=bool(n % 5),
                word=self.dice.choice(people.WORDS),
                created_at=self.now,
            )
            for n in range(number)
        ]
        clients = Client.objects.bulk_create(rows)
        Consent.objects.bulk_create(
            [Consent(office=self.office, client=row, channel="email", given_at=self.now) for row in clients]
        )
        return clients

    def _make_appointments(self, workers: list[Caseworker], clients: list[Client]) -> None:
        rows = [row for worker in workers for row in self._drafts(worker, clients)]
        Appointment.objects.bulk_create(rows, batch_size=1000)
        standing = [row for row in rows if row.status != Status.CANCELLED]
        schedules = dict(Schedule.objects.of(self.office).values_list("caseworker", "pk"))
        Allocation.objects.bulk_create(
            [self._allocation(row, schedules[row.caseworker_id]) for row in standing], batch_size=1000
        )
        Participant.objects.bulk_create([p for row in rows for p in self._people(row)], batch_size=1000)
        Event.objects.bulk_create([self._event(row) for row in rows], batch_size=1000)

    def _drafts(self, worker: Caseworker, clients: list[Client]) -> Iterator[Appointment]:
        """So many starts of the grid, two thirds of them past; at least a third of the coming stays free."""
        service = self.services[0]
        past, coming = self._grid(worker, service)
        wanted_past = min(len(past), round(self.size.appointments * PAST))
        wanted_coming = min(len(coming) * 2 // 3, self.size.appointments - wanted_past)
        for start in self.dice.sample(past, wanted_past) + self.dice.sample(coming, wanted_coming):
            yield self._draft(worker, service, start, self.dice.choice(clients))

    def _grid(self, worker: Caseworker, service: Service) -> tuple[list[datetime], list[datetime]]:
        today = localtime.local_date(self.now, self.zone)
        first, until = today - timedelta(weeks=self.size.weeks), today + timedelta(days=HORIZON)
        starts = [
            localtime.from_epoch(start)
            for row in worker.schedule.openings.all()
            for begins, ends in recurrence.spans(row.as_opening(), (), first, until, self.zone)
            if localtime.local_date(localtime.from_epoch(begins), self.zone) not in self.closed
            for start in range(begins, ends - service.duration_minutes * 60 + 1, service.step * 60)
        ]
        soon = self.now + timedelta(hours=1)
        return [s for s in starts if s < self.now - timedelta(hours=2)], [s for s in starts if s > soon]

    def _draft(self, worker: Caseworker, service: Service, start: datetime, client: Client) -> Appointment:
        status = Status.BOOKED
        if start < self.now:
            status = self.dice.choices(OUTCOMES, WEIGHTS)[0]
        gone = status == Status.CANCELLED
        ahead = timedelta(days=self.dice.randint(2, 20), minutes=self.dice.randint(0, 600))
        booked = min(start, self.now) - ahead
        mode = self.dice.choices(["video", "phone", "on_site"], [70, 20, 10])[0]
        return Appointment(
            office=self.office,
            service=service,
            client=client,
            caseworker=worker,
            mode=mode,
            start=start,
            end=start + timedelta(minutes=service.duration_minutes),
            location=self.location if mode == "on_site" else None,
            status=status,
            language=client.language,
            room=conference.new_room() if mode == "video" else None,
            cancelled_by="client" if gone else "",
            cancelled_at=start - timedelta(hours=self.dice.randint(2, 60)) if gone else None,
            cancelled_late=gone and self.dice.random() < 0.3,
            created_at=booked,
            updated_at=booked,
        )

    def _allocation(self, row: Appointment, schedule: int) -> Allocation:
        end = row.end + timedelta(minutes=row.service.buffer_minutes)
        return Allocation(office=self.office, schedule_id=schedule, appointment=row, start=row.start, end=end)

    def _people(self, row: Appointment) -> list[Participant]:
        met = row.status == Status.FULFILLED and row.mode == "video"
        common: dict[str, Any] = {"office": self.office, "appointment": row}
        common |= {"arrived_at": row.start, "left_at": row.end} if met else {}
        client, worker = row.client, row.caseworker
        assert client is not None
        return [
            Participant(role="client", client=client, name=client.name, language=client.language, **common),
            Participant(role="caseworker", caseworker=worker, name=worker.display_name, **common),
        ]

    def _event(self, row: Appointment) -> Event:
        return Event(
            office=self.office,
            at=row.created_at,
            actor="system",
            verb="appointment.booked",
            subject=f"appointment:{row.pk}",
            appointment=row,
            payload={"start": row.start.isoformat(), "caseworker": row.caseworker_id},
        )
