"""Openings, changed dates, absences: the effect is shown before anything is saved."""

from datetime import date, timedelta

import pytest

from scheduler.models import Absence, Available
from tests import factories

OPENING = {
    "weekday": "2",
    "opens": "09:00",
    "closes": "12:00",
    "every_weeks": "1",
    "starts_on": "2026-03-02",
    "place": "home",
}
ABSENCE = {"first": "2026-03-10", "last": "2026-03-10", "kind": "away"}


def test_an_opening_shows_its_effect_before_it_is_saved(desk, world):
    preview = desk.post("/desk/openings/new/", {**OPENING, "preview": "1"})
    assert preview.context["effect"].gained == 18
    assert '<span class="kern-label">Veröffentlichen</span>' in preview.content.decode()
    assert Available.objects.count() == 1
    for _ in range(2):
        assert desk.post("/desk/openings/new/", {**OPENING, "save": "1"}).status_code == 302
    assert Available.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": "25:61"},
        {"closes": "08:00"},
        {"starts_on": "9999-01-01"},
        {"ends_on": "2026-01-01"},
        {"weekday": "9"},
        {"every_weeks": "x" * 10_000},
        {"services": "💥"},
        {"modes": ["on_site"]},
        {"weekday": "1", "opens": "10:00"},
    ],
)
def test_nonsense_openings_are_refused(desk, world, wrong):
    assert desk.post("/desk/openings/new/", {**OPENING, **wrong, "save": "1"}).status_code == 422
    assert Available.objects.count() == 1


def test_one_date_is_cancelled_and_hits_what_is_booked(desk, world):
    appointment = factories.appointment(world[2])
    opening = Available.objects.get()
    page = f"/desk/openings/{opening.pk}/date/"
    preview = desk.post(page, {"day": "2026-03-10", "cancelled": "on"})
    assert preview.context["effect"].hit == [appointment]
    assert preview.context["effect"].lost == 2
    assert desk.post(page, {"day": "2026-03-11", "cancelled": "on", "save": "1"}).status_code == 422
    assert desk.post(page, {"day": "2026-03-10", "cancelled": "on", "save": "1"}).status_code == 302
    assert opening.exceptions.get().cancelled


def test_an_opening_is_withdrawn_and_booked_talks_stay(desk, world):
    appointment = factories.appointment(world[2])
    page = f"/desk/openings/{Available.objects.get().pk}/withdraw/"
    assert desk.post(page, {"on": "2026-03-09"}).context["effect"].hit == [appointment]
    assert desk.post(page, {"on": "2026-03-09", "save": "1"}).status_code == 302
    assert Available.objects.get().ends_on == date(2026, 3, 8)
    appointment.refresh_from_db()
    assert appointment.status == "booked"


def test_an_absence_lists_what_it_hits_and_is_saved_once(desk, world):
    appointment = factories.appointment(world[2])
    preview = desk.post("/desk/absences/new/", ABSENCE)
    assert preview.context["effect"].hit == [appointment]
    assert preview.context["effect"].lost == 2
    for _ in range(2):
        answer = desk.post("/desk/absences/new/", {**ABSENCE, "save": "1"}, follow=True)
        assert list(answer.context["hit"]) == [appointment]
    absence = Absence.objects.get()
    assert absence.end - absence.start == timedelta(days=1)
    assert desk.get("/desk/week/?from=2026-03-10").status_code == 200
    desk.post(f"/desk/absences/{absence.pk}/lift/")
    assert not Absence.objects.exists()


@pytest.mark.parametrize("wrong", [{"last": "2026-03-09"}, {"first": "9999-01-01"}, {"kind": "sick"}])
def test_nonsense_absences_are_refused(desk, wrong):
    assert desk.post("/desk/absences/new/", {**ABSENCE, **wrong, "save": "1"}).status_code == 422
    assert not Absence.objects.exists()


def test_a_series_is_changed_from_today_on_and_the_past_stays(desk, world):
    appointment = factories.appointment(world[2])
    old = Available.objects.get()
    page = f"/desk/openings/{old.pk}/"
    typed = {
        **OPENING,
        "weekday": old.weekday,
        "opens": "13:00",
        "closes": "16:00",
        "starts_on": "2026-03-02",
    }
    assert desk.get(page).context["form"].initial["opens"].hour * 60 == old.opens
    preview = desk.post(page, typed)
    found = preview.context["effect"]
    assert (found.hit, found.gained - found.lost) == ([appointment], 1)
    assert found.lost > 3
    assert Available.objects.get() == old
    assert desk.post(page, {**typed, "save": "1"}).status_code == 302
    fresh = Available.objects.latest("pk")
    assert (fresh.opens, fresh.closes) == (780, 960)
    appointment.refresh_from_db()
    assert appointment.status == "booked"


def test_times_that_begin_anew_are_said_to_replace_the_previous_ones(desk, world):
    old = Available.objects.get()
    typed = {**OPENING, "weekday": old.weekday, "opens": "09:30", "ends_on": "2026-03-17"}
    said = desk.post(f"/desk/openings/{old.pk}/", typed).content.decode()
    assert "bisherige Zeiten fallen weg." in said
    assert "6 neue Zeiten kommen dazu." in said
    assert "Die Zeiten zählen ab dem Beginn der Sprechzeit." in said
    assert "buchbare Zeiten" not in said


@pytest.mark.parametrize("wrong", [{"closes": "08:00"}, {"opens": "25:61"}, {"starts_on": "9999-12-31"}])
def test_nonsense_changes_of_a_series_are_refused(desk, world, wrong):
    old = Available.objects.get()
    answer = desk.post(f"/desk/openings/{old.pk}/", {**OPENING, **wrong, "save": "1"})
    assert answer.status_code == 422
    assert Available.objects.get() == old


def test_a_changed_date_is_offered_as_usual_again(desk, world):
    opening = Available.objects.get()
    page = f"/desk/openings/{opening.pk}/date/"
    desk.post(page, {"day": "2026-03-10", "cancelled": "on", "save": "1"})
    assert "date/restore/?day=2026-03-10" in desk.get("/desk/week/").content.decode()
    preview = desk.get(f"{page}restore/", {"day": "2026-03-10"})
    assert preview.context["effect"].gained == 3
    assert opening.exceptions.exists()
    assert desk.post(f"{page}restore/", {"day": "2026-03-10", "save": "1"}).status_code == 302
    assert not opening.exceptions.exists()


def test_an_opening_until_midnight_stays_so(desk, world):
    opening = Available.objects.get()
    Available.objects.filter(pk=opening.pk).update(closes=1440)
    page = f"/desk/openings/{opening.pk}/"
    shown = desk.get(page).context["form"].initial
    typed = {
        **OPENING,
        "weekday": opening.weekday,
        "opens": "10:00",
        "closes": shown["closes"].strftime("%H:%M"),
    }
    assert desk.post(page, {**typed, "starts_on": "2026-03-02", "save": "1"}).status_code == 302
    assert Available.objects.latest("pk").closes == 1440


def test_a_concern_of_another_size_than_any_is_refused(desk, world):
    answer = desk.post("/desk/openings/new/", {**OPENING, "services": "9" * 25, "save": "1"})
    assert answer.status_code == 422


def test_an_opening_from_home_only_on_site_is_refused_in_the_preview(desk, world):
    answer = desk.post("/desk/openings/new/", {**OPENING, "modes": ["on_site"], "preview": "1"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["modes"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weekday": "1"}, "schon eine Sprechzeit"),
        ({"closes": "09:05"}, "zu kurz"),
        ({"starts_on": "2026-03-05", "ends_on": "2026-03-06"}, "kein solcher Wochentag"),
    ],
)
def test_the_preview_says_what_saving_would_refuse(desk, world, wrong, said):
    for button in ("preview", "save"):
        answer = desk.post("/desk/openings/new/", {**OPENING, **wrong, button: "1"})
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
        assert answer.context["effect"] is None
    desk.post("/desk/openings/new/", {**OPENING, **wrong, "draft": "1"})
    draft = f"/desk/openings/{Available.objects.get(status='draft').pk}/publish/"
    assert said in desk.get(draft).content.decode()
    assert desk.post(draft, {"save": "1"}).status_code == 422


def test_the_preview_of_a_change_says_that_it_would_collide(desk, world):
    desk.post("/desk/openings/new/", {**OPENING, "save": "1"})
    page = f"/desk/openings/{Available.objects.latest('pk').pk}/"
    assert desk.post(page, {**OPENING, "opens": "10:00"}).status_code == 200
    answer = desk.post(page, {**OPENING, "weekday": "1"})
    assert (answer.status_code, "schon eine Sprechzeit" in answer.content.decode()) == (422, True)
