"""What the administrator sees of her office, and of no other."""

from scheduler.models import ApiKey
from tests import factories
from tests.factories import NOW
from tests.frontend.signing_in import sign_in


def test_the_overview_shows_the_own_office_and_no_other(db):
    office, other = factories.office(name="Jobcenter Hier"), factories.office(name="Jobcenter Dort")
    for place in (office, other):
        factories.caseworker(place, factories.service(place), display_name=f"Muster in {place.name}")
        ApiKey.issue(office=place, name=f"Fachverfahren {place.name}", scopes=["read"], now=NOW)
    factories.interpreter(office, "uk")
    text = sign_in(factories.user(office, administers=True)).get("/office/").content.decode()
    assert "Muster in Jobcenter Hier" in text
    assert "Fachverfahren Jobcenter Hier" in text
    assert "· Ukrainisch" in text
    assert "Jobcenter Dort" not in text


def test_a_break_is_named_where_there_is_one(db):
    office = factories.office()
    service = factories.service(office, duration_minutes=45, buffer_minutes=15)
    page = sign_in(factories.user(office, administers=True))
    assert "45 Minuten, danach 15 Minuten Pause" in page.get("/office/").content.decode()
    service.buffer_minutes = 0
    service.save()
    text = page.get("/office/").content.decode()
    assert ("· 45 Minuten" in text, "Pause" in text) == (True, False)
