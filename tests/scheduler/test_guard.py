"""The data base itself refuses double bookings, whoever comes from wherever."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from scheduler.models import Allocation, Appointment, Hold
from tests import factories
from tests.factories import NOW, utc
from tests.processes import together

NINE = utc("2026-03-10 08:00")


def overlapping_pairs() -> int:
    """Pairs of allocations of one schedule that overlap: always none."""
    rows = list(Allocation.objects.order_by("schedule", "start").values_list("schedule", "start", "end"))
    return sum(a[0] == b[0] and a[2] > b[1] for a, b in pairwise(rows))


def book_from_elsewhere(office: int, service: int, client: int, start: str, interpreter: str = "") -> str:
    from scheduler.errors import SchedulerError
    from scheduler.events import Actor
    from scheduler.models import Client, Office, Service
    from scheduler.services import booking

    try:
        booking.book(
            office=Office.objects.get(pk=office),
            service=Service.objects.get(pk=service),
            client=Client.objects.get(pk=client),
            start=utc(start),
            mode="video",
            by=Actor("visitor"),
            now=NOW,
            interpreter=interpreter,
        )
    except SchedulerError as error:
        return error.code
    return "booked"


def hold_from_elsewhere(office: int, service: int, session: str, start: str) -> str:
    from scheduler.errors import SchedulerError
    from scheduler.models import Office, Service
    from scheduler.services import booking

    try:
        booking.hold(
            office=Office.objects.get(pk=office),
            service=Service.objects.get(pk=service),
            start=utc(start),
            mode="video",
            session=session,
            now=NOW,
        )
    except SchedulerError as error:
        return error.code
    return "held"


def move_from_elsewhere(appointment: int, start: str, caseworker: int) -> str:
    from scheduler.errors import SchedulerError
    from scheduler.events import Actor
    from scheduler.models import Appointment, Caseworker
    from scheduler.services import booking

    try:
        booking.move(
            appointment=Appointment.objects.get(pk=appointment),
            start=utc(start),
            caseworker=Caseworker.objects.get(pk=caseworker),
            by=Actor("user", "1"),
            now=NOW,
        )
    except SchedulerError as error:
        return error.code
    return "moved"


def book_what_is_held(office: int, client: int, start: str) -> str:
    from scheduler.errors import SchedulerError
    from scheduler.events import Actor
    from scheduler.models import Client, Office, Service
    from scheduler.services import booking

    here = Office.objects.get(pk=office)
    wish = {"office": here, "service": Service.objects.get(office=here), "start": utc(start)}
    wish |= {"mode": "video", "interpreter": "uk", "now": NOW}
    try:
        kept = booking.hold(session=start, **wish)
        booking.book(client=Client.objects.get(pk=client), by=Actor("visitor"), hold=kept, **wish)
    except SchedulerError as error:
        return error.code
    return "booked"


def call(what, *arguments):
    """Different work side by side."""
    return what(*arguments)


@pytest.fixture
def world(transactional_db):
    office = factories.office()
    service = factories.service(office, max_future=100)
    workers = [factories.caseworker(office, service) for _ in range(2)]
    for worker in workers:
        factories.opening(worker)
    return office, service, workers


@pytest.mark.django_db
class TestTheConstraint:
    @pytest.fixture
    def rows(self):
        office = factories.office()
        worker = factories.caseworker(office, factories.service(office))
        factories.opening(worker)
        first = factories.appointment(worker)
        second = factories.appointment(worker, start=utc("2026-03-10 09:00"))
        return first.allocations.get(), second.allocations.get()

    def test_an_overlapping_update_is_refused(self, rows):
        first, second = rows
        with pytest.raises(IntegrityError), transaction.atomic():
            Allocation.objects.filter(pk=second.pk).update(start=first.end - timedelta(minutes=1))

    def test_touching_times_do_not_overlap(self, rows):
        first, second = rows
        assert first.end == second.start

    def test_a_claim_of_several_takes_all_or_none(self, rows):
        first, _ = rows
        office = first.office
        other = factories.caseworker(office, factories.service(office)).schedule
        common = {"office": office, "appointment": first.appointment}
        wish = [
            Allocation(schedule=other, start=first.start, end=first.end, **common),
            Allocation(schedule=first.schedule, start=first.start, end=first.end, **common),
        ]
        assert Allocation.claim(wish) is False
        assert not other.allocations.exists()

    def test_nobody_writes_an_allocation_past_the_claim(self, rows):
        with pytest.raises(TypeError):
            Allocation(office=rows[0].office, schedule=rows[0].schedule).save()


@pytest.mark.processes
class TestRivals:
    def test_forty_clients_want_one_time_and_one_gets_it(self, world):
        office, service, workers = world
        workers[1].schedule.openings.all().delete()
        wishes = [(office.pk, service.pk, factories.client(office).pk, "2026-03-10 08:00") for _ in range(40)]
        answers = together(book_from_elsewhere, wishes)
        assert sorted(set(answers)) == ["booked", "slot_taken"]
        assert answers.count("booked") == Appointment.objects.count() == 1

    def test_whoever_is_beaten_gets_the_next_caseworker(self, world):
        office, service, _ = world
        wishes = [(office.pk, service.pk, factories.client(office).pk, "2026-03-10 08:00") for _ in range(12)]
        answers = together(book_from_elsewhere, wishes)
        assert answers.count("booked") == Appointment.objects.count() == 2
        assert overlapping_pairs() == 0

    def test_holds_are_guarded_like_bookings(self, world):
        office, service, _ = world
        answers = together(
            hold_from_elsewhere, [(office.pk, service.pk, f"s{n}", "2026-03-10 08:00") for n in range(20)]
        )
        assert answers.count("held") == Hold.objects.count() == 2

    def test_sessions_that_swap_their_holds_do_not_deadlock(self, world):
        office, service, _ = world
        times = ["2026-03-10 08:00", "2026-03-10 09:00", "2026-03-10 10:00"]
        wishes = [(office.pk, service.pk, f"s{n % 4}", times[n % 3]) for n in range(48)]
        assert set(together(hold_from_elsewhere, wishes)) <= {"held", "slot_taken"}
        assert overlapping_pairs() == 0

    def test_crossing_moves_never_deadlock(self, world):
        _, _, (ann, ben) = world
        one = factories.appointment(ann)
        two = factories.appointment(ben, start=utc("2026-03-10 09:00"))
        crossing = []
        for n in range(16):
            crossing.append(
                (one.pk, ["2026-03-10 09:00", "2026-03-10 08:00"][n % 2], [ben.pk, ann.pk][n % 2])
            )
            crossing.append(
                (two.pk, ["2026-03-10 08:00", "2026-03-10 09:00"][n % 2], [ann.pk, ben.pk][n % 2])
            )
        answers = set(together(move_from_elsewhere, crossing))
        assert answers <= {"moved", "slot_taken", "not_offered", "illegal_transition"}
        assert Allocation.objects.count() == 2
        assert overlapping_pairs() == 0

    def test_held_joint_bookings_and_moves_never_deadlock(self, transactional_db):
        office = factories.office()
        spoken = factories.interpreter(office, "uk")
        ann = factories.caseworker(office, factories.service(office, max_future=100))
        for who in (spoken, ann):
            factories.opening(who, opens=8 * 60, closes=24 * 60)
        assert spoken.schedule.pk < ann.schedule.pk
        times = [utc(f"2026-03-{day} {hour:02}:00") for day in (10, 17, 24) for hour in range(7, 22)]
        moved = [factories.appointment(ann, start=start, interpreter="uk") for start in times[:6]]
        books = [
            (book_what_is_held, office.pk, factories.client(office).pk, str(start)[:16])
            for start in times[12:]
        ]
        moves = [
            (move_from_elsewhere, moved[n % 6].pk, str(times[(n * 5 + 6) % 12])[:16], ann.pk)
            for n in range(len(books))
        ]
        answers = together(call, [job for pair in zip(books, moves, strict=True) for job in pair])
        assert answers[::2] == ["booked"] * len(books)
        assert set(answers[1::2]) <= {"moved", "slot_taken", "not_offered", "illegal_transition"}
        assert overlapping_pairs() == 0

    def test_joint_bookings_take_caseworker_and_interpreter_or_neither(self, world):
        office, service, _ = world
        for _ in range(2):
            factories.opening(factories.interpreter(office, "uk"))
        wishes = [
            (office.pk, service.pk, factories.client(office).pk, "2026-03-10 08:00", "uk") for _ in range(16)
        ]
        answers = together(book_from_elsewhere, wishes)
        assert answers.count("booked") == 2
        assert Allocation.objects.count() == 4
        assert overlapping_pairs() == 0
