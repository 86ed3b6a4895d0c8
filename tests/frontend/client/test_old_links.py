"""Links that were renewed or ended, forged ones, and what is copied along with a link."""

import pytest

from scheduler import links
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("change", [{"generation": 1}, {"revoked_at": NOW}])
def test_a_link_that_was_renewed_or_ended_says_which_one_works(world, browser, change):
    office, _, worker = world
    appointment = factories.appointment(worker)
    address = f"/t/{links.token(appointment.one('client'))}/"
    appointment.participants.filter(role="client").update(**change)
    answer = browser.get(address)
    assert answer.status_code == 404
    assert "aus Ihrer neuesten Nachricht" in text(answer)
    assert office.phone in text(answer)


def test_a_forged_link_learns_no_office(world, browser):
    office, _, worker = world
    good = links.token(factories.appointment(worker).one("client"))
    answer = browser.get(f"/t/{good[:-1]}{'a' if good[-1] != 'a' else 'b'}/")
    assert answer.status_code == 404
    assert office.phone not in text(answer)


@pytest.mark.parametrize("around", [".", ",", ">", ")", ";", ":", " ", ").", "%20"])
def test_what_was_copied_along_with_a_link_does_not_matter(world, browser, around):
    link = links.token(factories.appointment(world[2]).one("client"))
    assert browser.get(f"/t/{link}{around}").headers["Location"] == f"/t/{link}/"
    assert browser.get(f"/t/{link}{around}/").status_code == 200
