"""The way around, on a phone."""

import pytest
from django.conf import settings as configured

from tests import factories
from tests.frontend.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_leads_navigation_takes_three_lines_on_a_phone(page, live_server):
    lead = factories.user(factories.office())
    factories.team(lead.office).leads.add(lead)
    cookie = sign_in(lead).cookies[configured.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/desk/mails/")
    main = page.get_by_role("navigation", name="Hauptmenü")
    places = [entry.bounding_box() for entry in main.get_by_role("link").all()]
    assert len({place["y"] for place in places}) == 3
    assert min(min(place["width"], place["height"]) for place in places) >= 44
