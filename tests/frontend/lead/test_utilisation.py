"""The lead's figures."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduler.models import Available
from tests import factories
from tests.factories import NOW, utc
from tests.frontend.signing_in import sign_in

PERIOD = {"first": "2026-03-09", "last": "2026-03-15"}


@pytest.fixture
def world(clock, db):
    clock.to(NOW)
    office = factories.office(slug="amt")
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    return office, worker


@pytest.fixture
def lead(world):
    user = factories.user(world[0])
    world[1].team.leads.add(user)
    return sign_in(user)


def test_the_figures_of_the_own_team(lead, world):
    factories.appointment(world[1])
    page = lead.get("/lead/utilisation/", PERIOD)
    figures = page.context["figures"]
    assert (figures.offered, figures.booked) == (135, 45)
    assert "33" in page.content.decode()


@pytest.mark.parametrize(
    ("by", "heading"), [("week", "Woche"), ("month", "Monat"), ("mode", "Art"), ("service", "Anliegen")]
)
def test_every_cut_opens_and_downloads(lead, world, by, heading):
    factories.appointment(world[1])
    answer = lead.get("/lead/utilisation/", {**PERIOD, "by": by})
    assert f'scope="col">{heading}</th>' in answer.content.decode()
    answer = lead.get("/lead/utilisation/", {**PERIOD, "by": by, "format": "csv"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    lines = answer.content.decode().splitlines()
    assert lines[0].removeprefix("\ufeff").startswith(f"{heading};Angebotene Minuten;Gebuchte Minuten;")
    assert lines[-1].split(";")[1:3] == ["135", "45"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": "9999-01-01"},
        {"last": "2026-03-01"},
        {"last": "2029-01-01"},
        {"by": "💥"},
        {"first": "x" * 10_000},
    ],
)
def test_nonsense_periods_are_refused(lead, wrong):
    assert lead.get("/lead/utilisation/", {**PERIOD, **wrong}).status_code == 422


def test_a_lead_chooses_among_her_own_teams_only(lead, world):
    other = factories.team(world[0])
    assert lead.get("/lead/utilisation/", {**PERIOD, "team": other.pk}).status_code == 422


def test_a_lead_is_led_to_the_figures(lead):
    assert lead.get("/desk/").headers["Location"] == "/lead/utilisation/"
    assert lead.get("/desk/clients/").status_code == 200


def test_the_statements_do_not_grow_with_the_team(lead, world):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            lead.get("/lead/utilisation/", PERIOD)
        return len(seen)

    statements()
    one = statements()
    for _ in range(3):
        mate = factories.caseworker(world[0], world[1].services.get(), team=world[1].team)
        factories.opening(mate)
        factories.appointment(mate, start=utc("2026-03-10 09:00"))
    assert Available.objects.count() == 4
    assert statements() == one


def test_the_waiting_time_is_the_days_until_the_third_free_time(lead, world):
    service = world[1].services.get()
    world[1].team.services.add(service)
    assert lead.get("/lead/utilisation/", PERIOD).context["waiting"] == [(service, 8)]
    world[1].schedule.openings.all().delete()
    assert lead.get("/lead/utilisation/", PERIOD).context["waiting"] == [(service, None)]


def test_concerns_are_named_in_the_readers_language(lead, world):
    query = {**PERIOD, "by": "service"}
    for language, name, other in (("en", "Counselling", "Beratung"), ("de", "Beratung", "Counselling")):
        lead.post("/language/", {"language": language})
        for asked in (query, {**query, "format": "csv"}):
            text = lead.get("/lead/utilisation/", asked).content.decode()
            assert (name in text, other in text) == (True, False), (language, asked)
