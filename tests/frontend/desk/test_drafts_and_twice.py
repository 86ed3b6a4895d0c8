"""Openings as drafts; a second click says that it was done already; days that are over cannot be chosen."""

import pytest

from scheduler.models import Absence, Available
from tests import factories
from tests.frontend.desk.test_openings import ABSENCE, OPENING
from tests.frontend.signing_in import sign_in


def text(answer):
    return answer.content.decode()


def again(desk, page, typed):
    return text(desk.post(page, {**typed, "save": "1"}, follow=True))


@pytest.fixture
def opening(world):
    return Available.objects.get()


def test_a_draft_is_saved_listed_and_published(desk, world):
    saved = desk.post("/desk/openings/new/", {**OPENING, "draft": "1"}, follow=True)
    draft = Available.objects.get(status="draft")
    page = f"/desk/openings/{draft.pk}/publish/"
    assert page in text(saved)
    shown = desk.get(page)
    assert shown.context["effect"].gained == 18
    assert desk.post(page, {"save": "1"}).headers["Location"] == "/desk/week/"
    draft.refresh_from_db()
    assert draft.status == "published"
    assert page not in text(desk.get("/desk/week/"))


def test_a_draft_that_would_collide_says_so(desk, world):
    desk.post("/desk/openings/new/", {**OPENING, "weekday": "1", "draft": "1"})
    draft = Available.objects.get(status="draft")
    answer = desk.post(f"/desk/openings/{draft.pk}/publish/", {"save": "1"})
    assert (answer.status_code, "Fehler:" in text(answer)) == (422, True)


def test_a_second_click_on_what_is_gone_leads_to_the_week(desk, opening):
    Available.objects.update(starts_on="2026-03-03")
    change = {**OPENING, "weekday": "1", "opens": "10:00", "starts_on": "2026-03-03"}
    page = f"/desk/openings/{opening.pk}/"
    assert desk.post(page, {**change, "save": "1"}).headers["Location"] == "/desk/week/"
    assert "schon erledigt" in again(desk, page, change)
    page = f"/desk/openings/{Available.objects.get().pk}/withdraw/"
    assert desk.post(page, {"on": "2026-03-02", "save": "1"}).headers["Location"] == "/desk/week/"
    assert "schon erledigt" in again(desk, page, {"on": "2026-03-02"})


def test_an_absence_is_lifted_once(desk, world):
    desk.post("/desk/absences/new/", {**ABSENCE, "save": "1"})
    page = f"/desk/absences/{Absence.objects.get().pk}/lift/"
    desk.post(page)
    assert "schon erledigt" in text(desk.post(page, follow=True))
    colleague = factories.caseworker(world[0], world[1])
    assert sign_in(colleague.user).post(page).status_code == 404


def test_a_started_series_changed_twice_does_not_collide_with_its_own_result(desk, opening):
    change = {**OPENING, "weekday": "1", "opens": "10:00"}
    for _ in range(2):
        answer = desk.post(f"/desk/openings/{opening.pk}/", {**change, "save": "1"})
        assert answer.headers["Location"] == "/desk/week/"
    assert Available.objects.count() == 2


@pytest.mark.parametrize("button", ["preview", "save"])
def test_days_that_are_over_cannot_be_chosen(desk, opening, button):
    past = "2026-02-24"
    for page, typed in (
        ("/desk/openings/new/", {**OPENING, "starts_on": past}),
        (f"/desk/openings/{opening.pk}/date/", {"day": past, "cancelled": "on"}),
        (f"/desk/openings/{opening.pk}/date/restore/", {"day": past}),
        ("/desk/absences/new/", {**ABSENCE, "first": past, "last": past}),
    ):
        answer = desk.post(page, {**typed, button: "1"})
        assert (answer.status_code, "vorbei" in text(answer)) == (422, True), page
    assert Available.objects.count() == 1


def test_only_dates_to_come_are_links_in_the_week(desk, opening):
    link = f"/desk/openings/{opening.pk}/date/?day="
    assert f"{link}2026-02-24" not in text(desk.get("/desk/week/?from=2026-02-24"))
    assert f"{link}2026-03-10" in text(desk.get("/desk/week/?from=2026-03-10"))
