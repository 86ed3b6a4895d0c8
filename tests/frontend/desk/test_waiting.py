"""At the desk: who waits, what is said to them, plan B."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduler.events import SYSTEM
from scheduler.models import RoomEvent
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW
from tests.frontend.signing_in import sign_in

MOBILE = "+4915112345678"


@pytest.fixture
def appointment(world, clock):
    found = factories.appointment(world[2], factories.client(world[0], mobile=MOBILE))
    clock.to(found.start)
    return found


def address(appointment, step=""):
    return f"/desk/appointments/{appointment.uid}/{step}"


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_waits_since_when_stands_on_all_her_pages(desk, appointment):
    pages = ["/desk/", "/desk/now/", address(appointment), address(appointment, "waiting/")]
    for page in pages:
        assert "Wartet seit" not in text(desk.get(page))
    attendance.knock(participant=appointment.one("client"), now=appointment.start - timedelta(minutes=4))
    for page in pages:
        shown = text(desk.get(page))
        assert "Wartet seit 8:56 Uhr" in shown
        assert appointment.client.name in shown
    attendance.not_working(participant=appointment.one("client"), now=appointment.start)
    for page in pages:
        assert "bittet um einen Anruf" in text(desk.get(page))


def test_the_pages_look_again_only_while_the_door_is_open(desk, appointment, clock):
    assert "hx-get" in text(desk.get(address(appointment)))
    assert "hx-get" in text(desk.get("/desk/"))
    assert "hx-get" not in text(desk.get("/desk/?day=2026-03-09"))
    clock.to(NOW)
    assert "hx-get" not in text(desk.get(address(appointment)))


def test_a_page_whose_sign_in_has_ended_finds_out_as_a_whole(desk, appointment):
    desk.logout()
    answer = desk.get("/desk/now/", headers={"HX-Request": "true"})
    assert (answer.headers["HX-Refresh"], answer.content) == ("true", b"")
    assert desk.get("/desk/now/").status_code == 302


def test_a_sentence_takes_one_press_and_is_taken_back_by_another(desk, appointment):
    answer = desk.post(address(appointment, "say/"), {"sentence": "five_minutes", "back": "today"})
    assert answer.headers["Location"] == "/desk/"
    assert "Ich brauche noch 5 Minuten." in text(desk.get(address(appointment, "waiting/")))
    desk.post(address(appointment, "say/"), {"sentence": ""})
    appointment.refresh_from_db()
    assert (appointment.said, appointment.said_at) == ("", None)


@pytest.mark.parametrize("sentence", ["Kommen Sie sofort", "💥", "x" * 9_000, "\x00"])
def test_her_own_words_are_refused(desk, appointment, sentence):
    assert desk.post(address(appointment, "say/"), {"sentence": sentence}).status_code == 302
    appointment.refresh_from_db()
    assert appointment.said == ""


def test_plan_b_shows_her_number_and_how_to_hide_ones_own(desk, appointment):
    assert MOBILE not in text(desk.get(address(appointment, "waiting/")))
    for _ in range(2):
        page = text(desk.post(address(appointment, "call-instead/"), follow=True))
        assert f"tel:{MOBILE}" in page
        assert "#31#" in page
    assert f"tel:{MOBILE}" in text(desk.get("/desk/"))
    assert appointment.events.filter(verb="appointment.mode_changed").count() == 1


def test_plan_b_is_refused_in_words_without_a_number_and_too_early(desk, world, appointment, clock):
    other = factories.appointment(world[2], start=appointment.start + timedelta(hours=1))
    clock.to(other.start)
    assert "Telefonnummer" in text(desk.get(address(other)))
    page = text(desk.post(address(other, "call-instead/"), follow=True))
    assert "kern-alert--danger" in page
    clock.to(NOW)
    assert "kern-alert--danger" in text(desk.post(address(appointment, "call-instead/"), follow=True))
    for row in (other, appointment):
        row.refresh_from_db()
        assert row.mode == "video"


def test_past_the_planned_end_the_desk_says_so_while_both_are_inside(desk, appointment, clock, settings):
    words = "Die geplante Zeit ist um."
    for role in ("client", "caseworker"):
        attendance.arrive(participant=appointment.one(role), now=appointment.start)
    pages = (address(appointment, "waiting/"), "/desk/now/")
    for moment, said in (
        (appointment.end - timedelta(seconds=1), False),
        (appointment.end, True),
        (appointment.end + timedelta(minutes=30), False),
    ):
        clock.to(moment)
        assert [words in text(desk.get(page)) for page in pages] == [said, said]
    clock.to(appointment.end)
    attendance.leave(participant=appointment.one("client"), now=appointment.end)
    assert words not in text(desk.get(pages[0]))


def test_where_presence_is_not_told_only_the_clock_says_that_time_is_over(desk, appointment, clock, settings):
    words = "Die geplante Zeit ist um."
    settings.JITSI_PROVIDER = "jaas"
    for moment, said in ((-1, False), (0, True), (1799, True), (1800, False)):
        clock.to(appointment.end + timedelta(seconds=moment))
        pages = (address(appointment, "waiting/"), "/desk/now/")
        assert [words in text(desk.get(page)) for page in pages] == [said, said]
    clock.to(appointment.end)
    desk.post(address(appointment, "outcome/"), {"status": "fulfilled"})
    assert words not in text(desk.get(address(appointment, "waiting/")))


def test_whoever_is_inside_is_so_after_an_early_outcome_too(desk, appointment, clock):
    attendance.arrive(participant=appointment.one("client"), now=appointment.start)
    desk.post(address(appointment, "outcome/"), {"status": "fulfilled"})
    assert "· im Raum" in text(desk.get(address(appointment)))
    attendance.leave(participant=appointment.one("client"), now=appointment.start)
    assert "· war im Raum" in text(desk.get(address(appointment)))


def test_whoever_is_not_known_to_have_left_is_not_in_the_room_for_ever(desk, appointment, clock):
    attendance.arrive(participant=appointment.one("client"), now=appointment.start)
    clock.to(appointment.end + timedelta(minutes=120))
    assert "· war im Raum" in text(desk.get(address(appointment)))


def test_a_call_is_noted_from_when_the_door_opens_and_counts_from_the_start(desk, appointment, clock):
    words, count = "zählen nur Anrufe ab dem Beginn (9:00 Uhr)", RoomEvent.objects.filter(kind="called").count
    for seconds, said in ((-1021, False), (-1020, True), (-1, True), (0, False)):
        clock.to(appointment.start + timedelta(seconds=seconds))
        page = text(desk.post(address(appointment, "called/"), follow=True))
        assert (words in page) == said
        assert ("erst ab Dienstag, 10. März 2026, 8:43 Uhr" in page) == (seconds == -1021)
    assert count() == 3


def test_too_early_says_from_when_on(desk, appointment, clock):
    clock.to(appointment.start - timedelta(minutes=1))
    page = text(desk.post(address(appointment, "outcome/"), {"status": "fulfilled"}, follow=True))
    assert "Das geht erst ab Dienstag, 10. März 2026, 9:00 Uhr." in page


def test_who_is_stuck_is_there_since(desk, appointment):
    attendance.knock(participant=appointment.one("client"), now=appointment.start - timedelta(minutes=4))
    attendance.not_working(participant=appointment.one("client"), now=appointment.start)
    page = text(desk.get(address(appointment, "waiting/")))
    assert "bittet um einen Anruf · da seit 8:56 Uhr" in page


def test_an_outcome_leaves_the_door_open_and_ends_plan_b(desk, appointment):
    attendance.knock(participant=appointment.one("client"), now=appointment.start)
    desk.post(address(appointment, "outcome/"), {"status": "technical_failure"})
    page = text(desk.get(address(appointment)))
    assert "Wartet seit 9:00 Uhr" in page
    assert "Plan B" not in page
    assert "kern-alert--danger" in text(desk.post(address(appointment, "call-instead/"), follow=True))
    assert desk.post(address(appointment, "join/")).context["accepted"]
    appointment.refresh_from_db()
    assert (appointment.status, appointment.mode) == ("technical_failure", "video")


def test_a_colleague_helps_but_does_not_speak_in_her_name(world, appointment):
    mate = sign_in(factories.caseworker(world[0], world[1], team=world[2].team).user)
    page = text(mate.get(address(appointment)))
    assert "Ich komme gleich" not in page
    assert mate.post(address(appointment, "say/"), {"sentence": "at_once"}).status_code == 404
    assert mate.post(address(appointment, "call-instead/")).status_code == 302
    appointment.refresh_from_db()
    assert (appointment.said, appointment.mode) == ("", "phone")


def test_strangers_find_no_door(world, appointment):
    office = factories.office()
    stranger = sign_in(factories.caseworker(office, factories.service(office)).user)
    administrator = sign_in(factories.user(world[0], administers=True))
    for browser in (stranger, administrator):
        assert browser.get(address(appointment, "waiting/")).status_code == 404
        for step in ("say/", "call-instead/"):
            assert browser.post(address(appointment, step)).status_code == 404
    assert administrator.get("/desk/now/").status_code == 404
    assert administrator.get("/desk/test-room/").status_code == 404
    appointment.refresh_from_db()
    assert (appointment.said, appointment.mode) == ("", "video")


def test_the_way_in_can_be_tried_from_the_desk(desk, appointment):
    assert "Testraum" in text(desk.get("/desk/test-room/"))
    page = desk.post("/desk/test-room/")
    assert page.context["accepted"]
    assert appointment.room not in text(page)
    assert not RoomEvent.objects.exists()


def test_the_part_that_is_looked_at_again_costs_the_same_for_many_talks(desk, world, appointment):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            text(desk.get("/desk/now/"))
        return len(seen)

    one = statements()
    for hour in (1, 2):
        other = factories.appointment(world[2], start=appointment.start + timedelta(hours=hour))
        booking.add_companion(appointment=other, name="Alex", by=SYSTEM, now=NOW)
    attendance.knock(participant=appointment.one("client"), now=appointment.start)
    assert statements() == one


def test_plan_b_without_a_number_asks_for_one(world, clock, desk):
    appointment = factories.appointment(world[2], factories.client(world[0], mobile=None))
    clock.to(appointment.start)
    page = text(desk.post(address(appointment, "call-instead/"), follow=True))
    assert "Wir kennen keine Telefonnummer." in page
