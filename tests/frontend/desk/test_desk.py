"""The caseworker's day, week, appointments and clients."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontend import evidence
from scheduler.models import Appointment, CallbackRequest, Client, RoomEvent
from scheduler.services import attendance
from scheduler.services.attendance import proposing
from tests import factories
from tests.factories import NOW, utc

PAGES = ["", "week/", "openings/new/", "absences/new/", "clients/", "clients/new/"]


def address(appointment, step=""):
    return f"/desk/appointments/{appointment.uid}/{step}"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(desk, page):
    assert desk.get(f"/desk/{page}").status_code == 200


@pytest.mark.parametrize("day", ["9999-01-01", "nonsense", "2026-02-30", "💥", "x" * 10_000])
def test_nonsense_dates_are_today(desk, day):
    assert desk.get("/desk/", {"day": day}).context["day"] == date(2026, 3, 2)
    assert desk.get("/desk/week/", {"from": day}).status_code == 200


def test_the_day_shows_its_appointments_and_the_next_one(desk, world):
    appointment = factories.appointment(world[2])
    page = desk.get("/desk/?day=2026-03-10")
    assert page.context["next"]["appointment"] == appointment
    assert appointment.client.name in page.content.decode()


def test_the_room_opens_fifteen_minutes_before(desk, world, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.start - timedelta(minutes=16))
    assert not desk.get("/desk/").context["next"]["door"]["open"]
    assert desk.post(address(appointment, "join/")).status_code == 302
    clock.to(appointment.start - timedelta(minutes=14))
    assert desk.get("/desk/").context["next"]["door"]["open"]
    assert desk.post(address(appointment, "join/")).status_code == 200
    assert RoomEvent.objects.filter(participant__role="caseworker", kind="joined").exists()


def test_the_page_of_another_day_says_on_which_day_the_room_opens(desk, world, clock):
    factories.appointment(world[2])
    told = "Der Raum öffnet am Dienstag, 10. März 2026, 8:45 Uhr."
    assert told in desk.get("/desk/?day=2026-03-10").content.decode()
    clock.to(utc("2026-03-10 06:00"))
    page = desk.get("/desk/now/").content.decode()
    assert (told in page, "Der Raum öffnet um 8:45 Uhr." in page) == (False, True)


def test_an_outcome_takes_one_click_and_can_be_corrected(desk, world, clock):
    appointment = factories.appointment(world[2])
    desk.post(address(appointment, "outcome/"), {"status": "noshow"})
    appointment.refresh_from_db()
    assert appointment.status == "booked"
    clock.to(appointment.end)
    for status in ("noshow", "noshow", "fulfilled"):
        assert desk.post(address(appointment, "outcome/"), {"status": status}).status_code == 302
        appointment.refresh_from_db()
        assert appointment.status == status
    assert appointment.events.filter(verb="appointment.outcome").count() == 2
    assert desk.post(address(appointment, "outcome/"), {"status": "💥"}).status_code == 302
    assert desk.get(address(appointment)).status_code == 200


def test_every_piece_of_evidence_has_words():
    assert set(evidence.TEXTS) == set(proposing.CODES)


def test_what_the_facts_suggest_is_shown_with_its_evidence(desk, world, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.start + timedelta(minutes=20))
    attendance.arrive(participant=appointment.one("client"), now=appointment.start)
    page = desk.get(address(appointment))
    assert page.context["hint"].proposed == "office_failed"
    assert "war allein im Raum: 20 Minuten." in page.content.decode()
    assert "Die Ansprechperson war nicht im Raum." in page.content.decode()
    desk.post(address(appointment, "outcome/"), {"status": "technical_failure"})
    page = desk.get(address(appointment))
    assert page.context["hint"].proposed is None
    assert "war allein im Raum" in page.content.decode()


def test_outcomes_to_record_stand_on_the_day(desk, world, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.end + timedelta(days=1))
    assert [row for row, _hint in desk.get("/desk/").context["to_record"]] == [appointment]


def test_identity_and_a_call_are_noted_by_one_click(desk, world, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.start)
    desk.post(address(appointment, "identity/"), {"how": "known"})
    desk.post(address(appointment, "called/"))
    appointment.refresh_from_db()
    assert appointment.identity == "known"
    assert RoomEvent.objects.filter(kind="called", participant__role="client").exists()
    assert desk.post(address(appointment, "identity/"), {"how": "nonsense"}).status_code == 409


def test_a_call_cannot_be_noted_before_the_door_opens(desk, world, clock):
    appointment = factories.appointment(world[2])
    opens = appointment.start - timedelta(minutes=17)
    for moment, shown, noted in ((opens - timedelta(seconds=1), False, 0), (opens, True, 1)):
        clock.to(moment)
        assert (address(appointment, "called/") in desk.get(address(appointment)).content.decode()) == shown
        answer = desk.post(address(appointment, "called/"), follow=True).content.decode()
        assert ("Vermerkt: Sie haben anzurufen versucht" in answer) == shown
        assert RoomEvent.objects.filter(kind="called").count() == noted


def test_a_follow_up_takes_two_clicks_and_is_booked_once(desk, world, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.start)
    for _ in range(2):
        answer = desk.post(address(appointment, "follow-up/"), {"weeks": "2"})
    following = Appointment.objects.get(follows=appointment)
    assert answer.headers["Location"] == address(following, "")
    assert following.start == appointment.start + timedelta(weeks=2)
    desk.post(address(appointment, "follow-up/"), {"weeks": "99"})
    assert Appointment.objects.filter(follows=appointment).count() == 1


def test_mode_is_switched(desk, world):
    appointment = factories.appointment(world[2])
    desk.post(address(appointment, "mode/"), {"mode": "phone"})
    appointment.refresh_from_db()
    assert appointment.mode == "phone"
    assert desk.post(address(appointment, "mode/"), {"mode": "fax"}).status_code == 302


def test_an_appointment_is_moved_to_a_free_time_or_as_special(desk, world):
    appointment = factories.appointment(world[2])
    assert desk.get(address(appointment, "move/")).status_code == 200
    desk.post(address(appointment, "move/"), {"start": "2026-03-10T09:00:00Z"})
    appointment.refresh_from_db()
    assert appointment.start == utc("2026-03-10 09:00")
    special = {"special": "1", "special-day": "2026-03-11", "special-clock": "15:00"}
    shown = desk.post(address(appointment, "move/"), special)
    appointment.refresh_from_db()
    assert (shown.status_code, appointment.start) == (200, utc("2026-03-10 09:00"))
    assert "Er liegt außerhalb der Sprechzeiten." in shown.content.decode()
    desk.post(address(appointment, "move/"), {**special, "seen": shown.context["seen"]})
    appointment.refresh_from_db()
    assert appointment.start == utc("2026-03-11 14:00")


@pytest.mark.parametrize("time", ["25:61", "", "💥"])
@pytest.mark.parametrize("day", ["9999-12-31", "2026-02-30", "2026-03-11"])
def test_nonsense_times_move_nothing(desk, world, day, time):
    appointment = factories.appointment(world[2])
    answer = desk.post(
        address(appointment, "move/"), {"special": "1", "special-day": day, "special-clock": time}
    )
    assert answer.status_code == 422
    appointment.refresh_from_db()
    assert appointment.start == utc("2026-03-10 08:00")


def test_an_appointment_is_handed_over(desk, world):
    office, service, worker = world
    colleague = factories.caseworker(office, service, team=worker.team)
    appointment = factories.appointment(worker)
    assert desk.get(address(appointment, "hand-over/")).status_code == 200
    desk.post(address(appointment, "hand-over/"), {"caseworker": colleague.pk})
    appointment.refresh_from_db()
    assert appointment.caseworker == colleague


def test_cancelling_says_on_whose_behalf_and_twice_is_once(desk, world):
    appointment = factories.appointment(world[2])
    assert desk.post(address(appointment, "cancel/"), {}).status_code == 422
    for _ in range(2):
        answer = desk.post(address(appointment, "cancel/"), {"on_behalf_of": "client", "reason": "hindered"})
        assert answer.status_code == 302
    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancelled_by) == ("cancelled", "client")
    assert desk.get(address(appointment)).status_code == 200


def test_a_client_is_made_once_and_booked_once(desk, world):
    service = world[1]
    entry = {"name": "", "email": "ada@post.example", "language": "de", "consent": "on"}
    assert desk.post("/desk/clients/new/", entry).status_code == 422
    for _ in range(2):
        answer = desk.post("/desk/clients/new/", {**entry, "name": "Ada Muster"})
    client = Client.objects.get(name="Ada Muster")
    assert client.consents.filter(channel="email").exists()
    page = f"{answer.headers['Location']}&service={service.pk}&mode=video&who=me"
    assert desk.get(page).context["next"].start == utc("2026-03-03 09:00")
    chosen = {"start": "2026-03-10T08:00:00Z", "nonce": "once"}
    for _ in range(2):
        assert desk.post(page, chosen).status_code == 302
    assert client.appointments.count() == 1


def test_a_special_appointment_warns_and_a_real_overlap_is_refused(desk, world):
    client = factories.client(world[0])
    page = f"/desk/book/?client={client.pk}&service={world[1].pk}&mode=phone&who=me"
    special = {"special": "1", "special-day": "2026-03-07", "special-clock": "20:00"}
    first = desk.post(page, {**special, "nonce": "a"})
    assert not Appointment.objects.exists()
    seen = {**special, "nonce": "a", "seen": first.context["seen"]}
    answer = desk.post(page, seen, follow=True)
    assert "Sondertermin" in answer.content.decode()
    assert Appointment.objects.get().special
    assert desk.post(page, {**special, "nonce": "b"}).status_code == 200
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("text", ["", "x", "💥", "x" * 10_000, "Kim", "%", "0176 12", "\0\0\0"])
def test_any_search_answers(desk, world, text):
    factories.client(world[0])
    assert desk.get("/desk/clients/", {"q": text}).status_code == 200


def test_a_client_outside_the_circle_opens_only_with_a_reason(desk, world):
    office, service, _ = world
    other = factories.caseworker(office, service)
    client = factories.client(office, caseworker=other, name="Toni Fern")
    card = f"/desk/clients/{client.pk}/"
    assert "Toni Fern" not in desk.get(card, follow=True).content.decode()
    assert list(desk.get("/desk/clients/?q=toni fern").context["outside"]) == [client]
    assert desk.post(f"{card}reason/", {"reason": "   x   "}).status_code == 422
    assert desk.post(f"{card}reason/", {"reason": "vertretung am Telefon"}).status_code == 302
    assert "Toni Fern" in desk.get(card).content.decode()


def test_protected_clients_are_not_there(desk, world):
    client = factories.client(world[0], protected=True, name="Geheim")
    for step in ("", "reason/"):
        assert desk.get(f"/desk/clients/{client.pk}/{step}").status_code == 404
    assert not desk.get("/desk/clients/?q=Geheim").context["outside"]


def test_somebody_not_yet_assigned_is_taken(desk, world):
    client = factories.client(world[0])
    assert client in desk.get("/desk/").context["not_assigned"]
    desk.post(f"/desk/clients/{client.pk}/take/")
    client.refresh_from_db()
    assert (client.caseworker, client.matched) == (world[2], True)


def test_a_call_back_is_done_once(desk, world):
    call = CallbackRequest.objects.create(office=world[0], name="Kim", phone="+491761", created_at=NOW)
    for _ in range(2):
        assert desk.post(f"/desk/call-backs/{call.pk}/done/").status_code == 302
    call.refresh_from_db()
    assert call.owner == world[2].user


@pytest.mark.parametrize(
    ("window", "read"),
    [("komme später / bin krank", "<bdi>komme später / bin krank</bdi>"), ("morning", "Vormittag")],
)
def test_what_somebody_wrote_who_wants_a_call_is_read(desk, world, window, read):
    CallbackRequest.objects.create(
        office=world[0], name="Kim", phone="+491761", window=window, created_at=NOW
    )
    assert read in desk.get("/desk/").content.decode()


def test_lists_need_the_same_statements_for_one_and_many_rows(desk, world):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            for page in ("/desk/?day=2026-03-10", "/desk/week/?from=2026-03-10", "/desk/clients/?q=Kim"):
                assert desk.get(page).status_code == 200
        return len(seen)

    statements()
    factories.appointment(world[2])
    one = statements()
    for hour in ("09:00", "10:00"):
        factories.appointment(world[2], start=utc(f"2026-03-10 {hour}"))
    assert statements() == one


def test_the_room_of_a_talk_on_another_day_opens_on_that_day(desk, world, clock):
    appointment = factories.appointment(world[2])
    assert "Der Raum öffnet am Dienstag, 10. März 2026" in desk.get(address(appointment)).content.decode()
    clock.to(utc("2026-03-10 07:00"))
    assert "Der Raum öffnet um 8:" in desk.get(address(appointment)).content.decode()
