"""What stands in an appointment stays true when it is moved, handed over, switched or off the offer."""

from datetime import date, timedelta

import pytest

from notifications.models import Message
from scheduler.errors import HoldExpired, IllegalTransition, Invalid, NotOffered, SlotTaken
from scheduler.events import Actor
from scheduler.models import Appointment, Location
from scheduler.services import booking, identity
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db
STAFF, CLIENT, KEY = Actor("user", "1"), Actor("client", "1"), Actor("key", "1")
TUESDAY, WEDNESDAY = utc("2026-03-10 08:00"), utc("2026-03-11 08:00")


@pytest.fixture
def office():
    return factories.office()


@pytest.fixture
def worker(office):
    service = factories.service(office, interpreter_possible=True)
    return factories.caseworker(office, service)


def site(office, name):
    return Location.objects.create(office=office, name=name, address="Marktplatz 1")


class TestSites:
    @pytest.fixture
    def on_site(self, office, worker):
        north, south = site(office, "Nord"), site(office, "Süd")
        factories.opening(worker, location=north)
        factories.opening(worker, weekday=2, location=south)
        return factories.appointment(worker, mode="on_site"), north, south

    def test_a_moved_talk_is_at_the_site_of_its_new_opening(self, on_site):
        appointment, north, south = on_site
        assert appointment.location == north
        booking.move(appointment=appointment, start=WEDNESDAY, by=STAFF, now=NOW)
        assert Appointment.objects.get().location == south

    def test_a_talk_that_is_handed_over_is_where_the_colleague_sits(self, on_site, office):
        appointment, _, south = on_site
        colleague = factories.caseworker(office, *appointment.caseworker.services.all())
        factories.opening(colleague, location=south)
        booking.hand_over(appointment=appointment, caseworker=colleague, by=STAFF, now=NOW)
        assert Appointment.objects.get().location == south

    def test_changed_hours_of_a_date_have_the_site_of_their_opening(self, office, worker):
        from scheduler.services import publishing

        row = factories.opening(worker, location=site(office, "Nord"))
        hours = {"opens": 8 * 60, "closes": 10 * 60}
        publishing.change_date(opening=row, day=date(2026, 3, 10), by=STAFF, now=NOW, **hours)
        early = factories.appointment(worker, mode="on_site", start=utc("2026-03-10 07:00"))
        assert early.location.name == "Nord"


class TestModes:
    @pytest.fixture
    def at_home(self, worker):
        factories.opening(worker, modes=["video"])
        return factories.appointment(worker)

    @pytest.mark.parametrize("by", [CLIENT, KEY])
    def test_clients_and_programs_keep_to_the_modes_of_the_opening(self, at_home, by):
        with pytest.raises(Invalid):
            booking.switch_mode(appointment=at_home, mode="phone", by=by, now=NOW)
        assert Appointment.objects.get().mode == "video"

    def test_people_of_the_office_are_warned(self, at_home):
        changed = booking.switch_mode(appointment=at_home, mode="phone", by=STAFF, now=NOW)
        assert (changed.mode, changed.warnings) == ("phone", ["mode_not_offered"])


class TestNothingChanges:
    def test_the_same_mode_and_the_same_start_are_told_to_nobody(self, worker):
        factories.opening(worker)
        appointment = factories.appointment(worker)
        room, told = appointment.room, Message.objects.count()
        booking.switch_mode(appointment=appointment, mode="video", by=STAFF, now=NOW)
        booking.move(appointment=appointment, start=appointment.start, by=STAFF, now=NOW)
        stored = Appointment.objects.get()
        assert (stored.sequence, stored.room, Message.objects.count()) == (0, room, told)

    def test_what_is_over_is_not_moved_handed_over_or_switched(self, office, worker):
        factories.opening(worker)
        appointment = factories.appointment(worker)
        later = appointment.end + timedelta(hours=1)
        colleague = factories.caseworker(office, *worker.services.all())
        common = {"appointment": appointment, "by": STAFF, "now": later}
        for step, wish in (
            (booking.move, {"start": utc("2026-03-17 08:00")}),
            (booking.hand_over, {"caseworker": colleague}),
            (booking.switch_mode, {"mode": "phone"}),
        ):
            with pytest.raises(IllegalTransition):
                step(**common, **wish)

    def test_a_running_talk_becomes_a_phone_call(self, worker):
        factories.opening(worker)
        appointment = factories.appointment(worker)
        running = appointment.start + timedelta(minutes=10)
        booking.switch_mode(appointment=appointment, mode="phone", by=STAFF, now=running)
        assert Appointment.objects.get().mode == "phone"

    def test_whoever_cancels_what_she_saw_does_not_cancel_what_it_became(self, worker):
        factories.opening(worker)
        seen = factories.appointment(worker)
        moved = Appointment.objects.with_people().get()
        booking.move(appointment=moved, start=utc("2026-03-10 10:00"), by=STAFF, now=NOW)
        with pytest.raises(IllegalTransition):
            booking.cancel(appointment=seen, by=STAFF, now=NOW)
        assert Appointment.objects.get().status == "booked"


class TestWhoTakesIt:
    def test_nobody_hands_over_to_somebody_who_no_longer_works_here(self, office, worker):
        factories.opening(worker)
        gone = factories.caseworker(office, *worker.services.all(), active=False)
        appointment = factories.appointment(worker)
        with pytest.raises(Invalid):
            booking.hand_over(appointment=appointment, caseworker=gone, by=STAFF, now=NOW)
        with pytest.raises(Invalid):
            factories.appointment(gone, special=True)

    def test_a_plain_program_hands_over_only_where_the_time_is_offered(self, office, worker):
        factories.opening(worker)
        appointment = factories.appointment(worker)
        colleague = factories.caseworker(office, *worker.services.all())
        with pytest.raises(NotOffered):
            booking.hand_over(appointment=appointment, caseworker=colleague, by=KEY, now=NOW, offered=True)
        factories.opening(colleague)
        booking.hand_over(
            appointment=Appointment.objects.with_people().get(),
            caseworker=colleague,
            by=KEY,
            now=NOW,
            offered=True,
        )
        assert Appointment.objects.get().caseworker == colleague

    def test_the_former_caseworker_is_told_when_a_move_ends_her_part(self, office, worker):
        factories.opening(worker)
        colleague = factories.caseworker(office, *worker.services.all())
        factories.opening(colleague, weekday=2)
        appointment = factories.appointment(worker)
        Message.objects.update(state="sent")
        booking.move(appointment=appointment, start=WEDNESDAY, caseworker=colleague, by=STAFF, now=NOW)
        told = Message.objects.filter(kind="staff_cancelled", state="pending")
        assert [message.user for message in told] == [worker.user]


class TestInterpretersOffTheOffer:
    def test_a_free_interpreter_comes_along(self, office, worker):
        interpreter = factories.interpreter(office, "uk")
        factories.opening(interpreter)
        booked = factories.appointment(worker, special=True, interpreter="uk")
        assert booked.participants.get(role="interpreter").interpreter == interpreter
        with pytest.raises(SlotTaken):
            booking.add_interpreter(
                appointment=factories.appointment(
                    factories.caseworker(office, *worker.services.all()), special=True
                ),
                interpreter=interpreter,
                language="uk",
                by=STAFF,
                now=NOW,
            )

    def test_where_none_is_free_nobody_says_that_there_is_one(self, worker):
        booked = factories.appointment(worker, special=True, interpreter="uk")
        assert "interpreter_not_free" in booked.warnings
        assert Appointment.objects.get().interpreter_language == ""

    def test_a_special_move_keeps_or_clears_the_interpreter(self, office, worker):
        interpreter = factories.interpreter(office, "uk")
        factories.opening(interpreter)
        factories.opening(worker)
        appointment = factories.appointment(worker, interpreter="uk")
        common = {"appointment": appointment, "by": STAFF, "now": NOW, "special": True}
        booking.move(**common, start=utc("2026-03-10 10:00"))
        assert appointment.participants.get(role="interpreter", revoked_at=None)
        moved = booking.move(**common, start=WEDNESDAY)
        assert "interpreter_not_free" in moved.warnings
        assert Appointment.objects.get().interpreter_language == ""
        assert not appointment.participants.filter(role="interpreter", revoked_at=None).exists()


class TestHolds:
    def hold(self, worker, **wish):
        service = worker.services.get()
        common = {"office": worker.office, "service": service, "start": TUESDAY, "session": "s"}
        return booking.hold(**{**common, "mode": "video", "now": NOW, **wish})

    def test_another_mode_is_asked_of_the_offer_again(self, worker):
        factories.opening(worker, modes=["phone"])
        self.hold(worker, mode="phone")
        with pytest.raises((NotOffered, SlotTaken)):
            self.hold(worker, mode="video")

    def test_holding_again_and_again_ends(self, worker):
        factories.opening(worker)
        for _ in range(11):
            self.hold(worker)
        with pytest.raises(HoldExpired):
            self.hold(worker)

    def test_a_service_that_has_ended_is_not_held(self, worker):
        factories.opening(worker)
        worker.services.update(active=False)
        with pytest.raises(Invalid):
            self.hold(worker)

    def test_the_break_after_somebodys_hold_gives_way_to_a_special_appointment(self, worker):
        factories.opening(worker)
        held = self.hold(worker)
        booked = factories.appointment(worker, special=True, start=held.end)
        assert "buffer_cut" in booked.warnings


@pytest.mark.parametrize(
    ("text", "digits"), [("١٢٣ ٤٥٦", "123456"), ("12²3", "123"), ("1-2-3", "123"), ("x", "")]
)
def test_digits_of_every_script_are_digits(text, digits):
    assert identity.digits(text) == digits
