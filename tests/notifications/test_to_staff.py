"""The daily digest: one mail to each administrator, only where there is something to do."""

from datetime import timedelta

import pytest

from notifications import delivery, to_staff
from notifications.models import Message, State
from scheduler.events import SYSTEM
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db(transaction=True)
EARLY = utc("2026-03-03 04:30")
EIGHT = utc("2026-03-03 07:00")


@pytest.fixture
def office():
    """A confirmation has failed here; the office next door has no such trouble."""
    here, next_door = factories.office(), factories.office()
    for place in (here, next_door):
        worker = factories.caseworker(place, factories.service(place))
        factories.opening(worker)
        factories.appointment(worker)
        factories.user(place, administers=True, email=f"lead@{place.slug}.example")
    Message.objects.filter(office=here, kind="confirmation").update(state=State.FAILED)
    Message.objects.exclude(state=State.FAILED).update(state=State.SENT)
    return here


def digests():
    return Message.objects.filter(kind="digest")


def test_the_administrator_gets_one_mail_after_the_quiet_hours(office, post):
    to_staff.plan_digests(EARLY)
    delivery.deliver_due(lambda: EIGHT - timedelta(minutes=1))
    assert post.mails == []
    delivery.deliver_due(lambda: EIGHT)
    (mail,) = post.parsed()
    assert mail["To"] == f"lead@{office.slug}.example"
    assert mail["Subject"] == "1 Nachricht kam nicht an"
    text = mail.get_body(("plain",)).get_content()
    assert "http://localhost:8000/office/messages/" in text
    client = Message.objects.get(state=State.FAILED).client
    assert client.name not in mail.as_string()
    assert office.phone not in text


def test_planning_twice_tells_once_a_day(office):
    to_staff.plan_digests(EARLY)
    to_staff.plan_digests(EARLY + timedelta(hours=1))
    assert digests().count() == 1
    to_staff.plan_digests(EARLY + timedelta(days=1))
    assert digests().count() == 2


def test_what_was_settled_meanwhile_is_not_told(office, post):
    to_staff.plan_digests(EARLY)
    Message.objects.filter(state=State.FAILED).update(state=State.VOID)
    delivery.deliver_due(lambda: EIGHT)
    assert post.mails == []
    assert digests().get().state == State.VOID


def test_who_muted_it_or_left_gets_none(office, post):
    person = office.users.get(administers=True)
    person.muted_kinds = ["digest"]
    person.save()
    to_staff.plan_digests(EARLY)
    assert not digests().exists()
    person.muted_kinds = []
    person.save()
    to_staff.plan_digests(EARLY)
    person.is_active = False
    person.save()
    delivery.deliver_due(lambda: EIGHT)
    assert digests().get().state == State.VOID


def test_the_statements_grow_with_troubled_offices_only(office, django_assert_max_num_queries):
    for _ in range(20):
        factories.office()
    with django_assert_max_num_queries(8):
        to_staff.plan_digests(NOW + timedelta(days=1))


@pytest.fixture
def worker():
    """Video room opens at 8:45 on Tuesday; the talk is at 9 and over at 9:45."""
    office = factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    factories.appointment(worker)
    Message.objects.update(state=State.SENT)
    return worker


def outcomes():
    return Message.objects.filter(kind="staff_outcomes")


class TestOutcomesToRecord:
    MORNING = utc("2026-03-11 04:30")

    def test_one_mail_a_morning_while_there_is_something_to_record(self, worker, post):
        to_staff.plan_outcomes(self.MORNING)
        to_staff.plan_outcomes(self.MORNING)
        delivery.deliver_due(lambda: utc("2026-03-11 07:00"))
        (mail,) = post.parsed()
        assert mail["To"] == worker.user.email
        assert mail["Subject"] == "1 Ergebnis einzutragen"
        text = mail.get_body(("plain",)).get_content()
        assert "http://localhost:8000/desk/" in text
        assert "Kim" not in mail.as_string()

    def test_before_the_talk_is_over_there_is_nothing_to_record(self, worker):
        to_staff.plan_outcomes(utc("2026-03-10 04:30"))
        assert not outcomes().exists()

    def test_what_was_recorded_meanwhile_is_not_told(self, worker, post):
        to_staff.plan_outcomes(self.MORNING)
        appointment = worker.appointments.get()
        attendance.record_outcome(appointment=appointment, status="fulfilled", by=SYSTEM, now=self.MORNING)
        delivery.deliver_due(lambda: utc("2026-03-11 07:00"))
        assert (post.mails, outcomes().get().state) == ([], State.VOID)


class TestSomebodyWaits:
    AT_THE_DOOR = utc("2026-03-10 07:50")

    def knock(self, worker, at=AT_THE_DOOR):
        attendance.knock(participant=worker.appointments.get().one("client"), now=at)

    def test_the_caseworker_is_told_once_and_without_a_name(self, worker, post):
        for minutes in (0, 0, 2, 5):
            self.knock(worker, self.AT_THE_DOOR + timedelta(minutes=minutes))
        delivery.deliver_due(lambda: self.AT_THE_DOOR)
        (mail,) = post.parsed()
        assert mail["To"] == worker.user.email
        assert mail["Subject"].startswith("Jemand wartet: Videotermin")
        assert "Kim" not in mail.as_string()
        assert mail.get_content_maintype() == "multipart"
        assert not [part for part in mail.walk() if part.get_content_type() == "text/calendar"]

    def test_who_is_in_the_room_by_now_is_not_told(self, worker, post):
        self.knock(worker)
        attendance.arrive(participant=worker.appointments.get().one("caseworker"), now=self.AT_THE_DOOR)
        delivery.deliver_due(lambda: self.AT_THE_DOOR)
        assert (post.mails, Message.objects.get(kind="staff_waits").state) == ([], State.VOID)

    @pytest.mark.parametrize(("cancelled", "told"), [(False, 1), (True, 0)])
    def test_an_early_outcome_leaves_it_true_a_cancellation_does_not(self, worker, post, cancelled, told):
        self.knock(worker, start := utc("2026-03-10 08:00"))
        common = {"appointment": worker.appointments.get(), "by": SYSTEM, "now": start}
        booking.cancel(**common) if cancelled else attendance.record_outcome(status="noshow", **common)
        delivery.deliver_due(lambda: start)
        subjects = [mail["Subject"] for mail in post.parsed()]
        assert len([subject for subject in subjects if subject.startswith("Jemand wartet")]) == told

    def test_who_switched_it_off_is_not_told(self, worker):
        to_staff.choose(user=worker.user, wanted=["staff_booked"], by=SYSTEM, now=NOW)
        self.knock(worker)
        assert not Message.objects.filter(kind="staff_waits").exists()
        to_staff.plan_outcomes(utc("2026-03-11 04:30"))
        assert not outcomes().exists()
