"""A page opened before its series changed: nothing is offered twice, nothing is lost without a word."""

import pytest

from scheduler.models import Available
from tests.frontend.desk.test_openings import OPENING

FIRST = {**OPENING, "weekday": "1", "opens": "13:00", "closes": "16:00"}
SECOND = {**FIRST, "opens": "16:00", "closes": "18:00"}
CHANGED = "Diese Sprechzeit hat sich inzwischen geändert. Ihre Änderung wurde nicht gespeichert."


@pytest.fixture
def page(world):
    return f"/desk/openings/{Available.objects.get().pk}/"


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize(("button", "status"), [("preview", 409), ("save", 422)])
def test_a_series_that_was_changed_before_is_not_changed_again(desk, page, button, status):
    desk.post(page, {**FIRST, "save": "1"})
    answer = desk.post(page, {**SECOND, button: "1"})
    assert answer.status_code == status
    assert CHANGED in text(answer)
    assert 'href="/desk/week/"' in text(answer)
    assert list(Available.objects.values_list("opens", flat=True).order_by("pk")) == [540, 780]


def test_the_page_of_a_series_that_has_ended_leads_to_the_week(desk, page):
    desk.post(page, {**FIRST, "save": "1"})
    answer = desk.get(page)
    assert (answer.status_code, CHANGED in text(answer)) == (409, True)
    assert 'href="/desk/week/"' in text(answer)


@pytest.mark.parametrize("button", ["preview", "save"])
def test_another_change_of_a_series_that_had_not_begun_is_said_to_be_lost(desk, page, button):
    Available.objects.update(starts_on="2026-03-03")
    desk.post(page, {**FIRST, "starts_on": "2026-03-03", "save": "1"})
    answer = desk.post(page, {**SECOND, "starts_on": "2026-03-03", button: "1"})
    assert (answer.status_code, CHANGED in text(answer)) == (409, True)
    assert "schon erledigt" not in text(answer)
    assert Available.objects.get().opens == 780


def test_pages_of_a_series_that_is_gone_say_that_it_changed(desk, page):
    Available.objects.update(starts_on="2026-03-03")
    desk.post(page, {**FIRST, "starts_on": "2026-03-03", "save": "1"})
    for stale in (page, f"{page}date/", f"{page}date/restore/?day=2026-03-10", f"{page}publish/"):
        answer = desk.get(stale)
        assert (answer.status_code, CHANGED in text(answer)) == (409, True)


@pytest.mark.parametrize(("button", "status"), [("preview", 409), ("save", 422)])
def test_a_page_older_than_a_change_that_starts_later_does_not_split_the_series_again(
    desk, page, button, status
):
    seen = desk.get(page).context["form"]["seen"].value()
    desk.post(page, {**FIRST, "starts_on": "2026-04-07", "seen": seen, "save": "1"})
    answer = desk.post(page, {**SECOND, "starts_on": "2026-03-10", "seen": seen, button: "1"})
    assert (answer.status_code, CHANGED in text(answer)) == (status, True)
    assert list(Available.objects.values_list("opens", flat=True).order_by("pk")) == [540, 780]


def test_the_same_change_sent_twice_is_made_once(desk, page):
    change = {**FIRST, "starts_on": "2026-04-07", "seen": desk.get(page).context["form"]["seen"].value()}
    for _ in range(2):
        assert desk.post(page, {**change, "save": "1"}).status_code == 302
    assert Available.objects.count() == 2


def test_the_preview_brings_back_how_the_series_stood(desk, page):
    seen = desk.get(page).context["form"]["seen"].value()
    shown = desk.post(page, {**FIRST, "starts_on": "2026-04-07", "seen": seen, "preview": "1"})
    assert f'<input type="hidden" name="seen" value="{seen}"' in text(shown)
