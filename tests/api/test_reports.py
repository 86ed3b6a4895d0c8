"""Busy times and figures for other programs."""

from datetime import date

from icalendar import Calendar

from scheduler.models import Caseworker
from tests import factories

WINDOW = {"from": "2026-03-09", "to": "2026-03-16"}


def _busy(api, worker, **query):
    return api.get(f"calendars/{worker.pk}/freebusy", **(query or WINDOW))


def test_busy_times_are_a_calendar_that_programs_can_read(world, api):
    factories.appointment(world[2])
    answer = _busy(api, world[2])
    (part,) = Calendar.from_ical(answer.content).walk("VFREEBUSY")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert part["UID"]
    assert part["DTSTAMP"]
    assert part["DTSTART"].dt.isoformat() == "2026-03-08T23:00:00+00:00"


def test_somebody_without_a_calendar_is_never_busy(world, api):
    worker = Caseworker.objects.create(office=world[0], team=world[2].team, display_name="Frau Ohne")
    answer = _busy(api, worker)
    assert answer.status_code == 200
    assert b"FREEBUSY:" not in answer.content.replace(b":VFREEBUSY", b"")


def test_periods_that_are_too_long_or_turned_round_are_refused(world, api):
    for query in ({"from": "2026-01-01", "to": "2027-02-01"}, {"from": "2026-03-10", "to": "2026-03-10"}):
        assert _busy(api, world[2], **query).status_code == 400
    century = {"from": str(date(2000, 1, 1)), "to": str(date(2099, 1, 1))}
    assert api.get("utilisation", **century).status_code == 400


def test_another_offices_calendar_is_404(world, api):
    stranger = factories.caseworker(factories.office())
    assert _busy(api, stranger).status_code == 404


def test_a_concern_that_fewer_than_three_offer_has_no_figures(world, api):
    office, service, worker = world
    rare = factories.service(office, slug="selten")
    for number in range(2):
        factories.caseworker(office, service, *([rare] if number else []), team=worker.team)
    assert api.get("utilisation", **WINDOW).status_code == 200
    assert api.get("utilisation", **WINDOW, service=service.pk).status_code == 200
    assert api.get("utilisation", **WINDOW, service=rare.pk).status_code == 403
    rows = api.get("utilisation", **WINDOW, by="service").json()["rows"]
    assert [row["label"] for row in rows] == [service.names["de"]]


def test_rows_are_whole_weeks_or_months_as_the_period_is(world, api):
    office, service, worker = world
    for _ in range(2):
        factories.caseworker(office, service, team=worker.team)
    week = api.get("utilisation", **{"from": "2026-11-30", "to": "2026-12-07"}).json()
    assert [row["label"] for row in week["rows"]] == ["2026-11-30"]
    for wrong in ({"from": "2026-11-30", "to": "2026-12-07", "by": "month"},):
        assert api.get("utilisation", **wrong).status_code == 400
    month = {"from": "2026-11-01", "to": "2026-12-01"}
    assert len(api.get("utilisation", **month).json()["rows"]) == 1
    assert api.get("utilisation", **month, by="week").status_code == 400


def test_figures_name_concerns_in_the_callers_language(world, api):
    for _ in range(2):
        factories.caseworker(world[0], world[1])
    query = {"from": "2026-03-01", "to": "2026-04-01", "by": "service"}
    for language, name in (("en-GB,en;q=0.9", world[1].names["en"]), ("de", world[1].names["de"])):
        answer = api.client.get("/api/v1/utilisation", query, headers={"accept-language": language})
        assert [row["label"] for row in answer.json()["rows"]] == [name]
