"""The page of a service's reminder plan: chosen, shown with an example, kept, set back."""

import pytest
from django.test import Client as Browser

from notifications.triggers import plan_of
from tests import factories
from tests.frontend.signing_in import sign_in

TYPED = {
    "week_before-channels": ["email"],
    "week_before-at": "09:30",
    "three_days-at": "10:00",
    "day_before-channels": ["email", "sms"],
    "day_before-at": "10:00",
    "hour_before-channels": ["sms"],
    "hour_before-minutes": "90",
    "hour_before-modes": ["video", "phone"],
    "example-day": "2026-03-17",
    "example-clock": "09:00",
    "example-mode": "video",
}


@pytest.fixture
def service(cast):
    return cast.worker.services.get()


@pytest.fixture
def page(service):
    return f"/office/services/{service.pk}/reminders/"


def test_the_page_opens_with_the_plan_and_an_example(administrator, page):
    text = administrator.get(page).content.decode()
    assert "Das ist der Standardplan." in text
    assert "E-mail" not in text
    assert "Bestätigung" in text
    assert "Erinnerung (1 Arbeitstag vorher)" in text


def test_the_example_shows_what_is_typed_and_keeps_nothing(administrator, page, service):
    text = administrator.post(page, {**TYPED, "do": "preview"}).content.decode()
    assert "Di, 10.03.2026 9:30 Uhr" in text
    assert "Di, 17.03.2026 7:30 Uhr" in text
    assert "Erinnerung (3 Arbeitstage vorher)" not in text
    service.refresh_from_db()
    assert service.reminder_plan == []


def test_saving_keeps_what_is_typed(administrator, page, service):
    assert administrator.post(page, {**TYPED, "do": "save"}).status_code == 302
    service.refresh_from_db()
    plan = {stage.name: stage for stage in plan_of(service.reminder_plan)}
    assert (plan["week_before"].channels, plan["week_before"].at) == (("email",), 570)
    assert plan["three_days"].channels == ()
    assert (plan["hour_before"].minutes, plan["hour_before"].modes) == (90, ("video", "phone"))
    text = administrator.get(page).content.decode()
    assert "Das ist der Standardplan." not in text
    assert 'value="90"' in text


def test_the_default_plan_comes_back_by_a_button(administrator, page, service):
    administrator.post(page, {**TYPED, "do": "save"})
    administrator.post(page, {"do": "default"})
    service.refresh_from_db()
    assert service.reminder_plan == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"hour_before-minutes": "5"},
        {"day_before-at": "25:00"},
        {"day_before-channels": ["pigeon"]},
        {"example-day": "2026-03-01"},
        {"example-mode": "telepathy"},
    ],
)
def test_what_makes_no_sense_is_refused_and_the_entries_stay(administrator, page, service, wrong):
    for do in ("preview", "save"):
        answer = administrator.post(page, {**TYPED, **wrong, "do": do})
        assert answer.status_code == 422
        assert "Fehler:" in answer.content.decode()
        assert 'value="09:30"' in answer.content.decode()
    service.refresh_from_db()
    assert service.reminder_plan == []


def test_the_summary_says_which_reminder_is_wrong(administrator, page):
    wrong = {"day_before-at": "25:00", "hour_before-minutes": "999", "do": "save"}
    text = administrator.post(page, {**TYPED, **wrong}).content.decode()
    assert text.count("data-error-summary") == 1
    assert "1 Arbeitstag vorher, Uhrzeit: " in text
    assert "Kurz vorher, Minuten vor Beginn: Bitte geben Sie 15 bis 180 ein." in text


def test_only_the_administrator_of_this_office_plans(cast, page, service):
    for who in (cast.worker.user, cast.lead, cast.stranger):
        browser = sign_in(who)
        assert browser.get(page).status_code == 404
        assert browser.post(page, {**TYPED, "do": "save"}).status_code == 404
        assert browser.post(page, {"do": "default"}).status_code == 404
    assert Browser().post(page, {"do": "default"}).status_code == 302
    assert sign_in(cast.administrator).get("/office/services/999999/reminders/").status_code == 404
    service.refresh_from_db()
    assert service.reminder_plan == []


def test_the_page_costs_the_same_whatever_the_plan(
    administrator, page, service, django_assert_max_num_queries
):
    administrator.get(page)
    with django_assert_max_num_queries(8):
        administrator.get(page)
    administrator.post(page, {**TYPED, "do": "save"})
    administrator.get(page)
    for _ in range(3):
        factories.service(service.office)
    with django_assert_max_num_queries(8):
        administrator.get(page)
