"""A step from an older page, or to a time that is taken: said in words, and where to go on."""

from datetime import date, timedelta

import pytest

from scheduler.models import Appointment
from tests import factories
from tests.frontend.desk.test_desk import address
from tests.frontend.signing_in import sign_in


@pytest.mark.parametrize("step", ["move", "hand-over", "cancel", "mode", "follow-up"])
def test_a_step_on_a_talk_that_was_cancelled_before_is_said_to_change_nothing(desk, world, step):
    appointment = factories.appointment(world[2])
    page = address(appointment, f"{step}/")
    desk.post(address(appointment, "cancel/"), {"on_behalf_of": "office"}, follow=True)
    said = "Dieser Termin wurde inzwischen abgesagt. Es wurde nichts geändert."
    answer = desk.post(page, {"mode": appointment.mode, "weeks": "2"}, follow=True)
    assert said in answer.content.decode()
    assert said not in desk.get(address(appointment), follow=True).content.decode()
    assert not Appointment.objects.filter(follows=appointment).exists()


def test_another_mode_for_a_talk_with_an_outcome_is_said_to_change_nothing(desk, world, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.start)
    desk.post(address(appointment, "outcome/"), {"status": "fulfilled"}, follow=True)
    answer = desk.post(address(appointment, "mode/"), {"mode": appointment.mode}, follow=True)
    assert "Dieser Termin hat sich inzwischen geändert." in answer.content.decode()


@pytest.fixture
def busy(world):
    first = factories.appointment(world[2])
    factories.appointment(world[2], start=first.start + timedelta(weeks=2))
    return first


def test_a_busy_follow_up_leads_to_other_times_around_that_day(desk, busy):
    answer = desk.post(address(busy, "follow-up/"), {"weeks": "2"}, follow=True)
    assert "Diese Zeit ist gerade vergeben worden." in answer.content.decode()
    assert answer.request["PATH_INFO"] == "/desk/book/"
    assert answer.context["client"] == busy.client
    assert answer.context["days"][0][0] == date(2026, 3, 24)


def test_other_times_are_those_of_the_way_that_was_meant_before_a_plan_b(desk, busy, clock):
    busy.client.mobile = "+4915112345678"
    busy.client.save()
    clock.to(busy.start)
    desk.post(address(busy, "call-instead/"))
    busy.refresh_from_db()
    assert busy.mode == "phone"
    answer = desk.post(address(busy, "follow-up/"), {"weeks": "2"})
    assert "mode=video" in answer.headers["Location"]


def test_a_colleague_with_a_busy_follow_up_first_chooses_what_is_to_be_booked(world, busy):
    colleague = factories.caseworker(world[0], team=world[2].team)
    answer = sign_in(colleague.user).post(address(busy, "follow-up/"), {"weeks": "2"})
    assert answer.headers["Location"] == f"/desk/book/?client={busy.client_id}&follows={busy.uid}"


def test_a_lead_without_a_calendar_stays_at_the_appointment(world, busy):
    lead = factories.user(world[0])
    world[2].team.leads.add(lead)
    answer = sign_in(lead).post(address(busy, "follow-up/"), {"weeks": "2"})
    assert answer.headers["Location"] == address(busy)
