"""Who needs longer gets more time, and loses nothing of what stands in the form."""

from datetime import timedelta

import pytest

from scheduler.models import Hold
from tests.factories import NOW
from tests.frontend.client.walking import choose, give

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def test_more_time_leads_back_to_the_same_step_and_ends_after_ten_rounds(world, browser, clock):
    choose(browser, world[1])
    give(browser)
    for minutes in range(2, 22, 2):
        clock.to(NOW + timedelta(minutes=minutes))
        assert browser.post("/amt/extend/", {"step": "code"}).headers["Location"] == "/amt/code/"
    assert Hold.objects.get().extensions == 10
    assert "nicht mehr Zeit" in text(browser.post("/amt/extend/", {"step": "💥"}, follow=True))


def test_more_time_loses_nothing_of_what_was_typed(world, browser):
    choose(browser, world[1])
    page = text(browser.get("/amt/contact/"))
    form = page[page.index('<form class="sz-form"') : page.index("</form>", page.index("sz-form"))]
    assert 'formaction="/amt/extend/"' in form
    assert form.index("formaction") > form.index("kern-btn--primary"), "Enter must send the form itself"
    typed = {"step": "contact", "name": "Kim", "contact": "kim@", "consent": "on"}
    shown = browser.post("/amt/extend/", typed, follow=True).context["form"]
    assert {name: shown[name].value() for name in ("name", "contact", "consent")} == {
        "name": "Kim",
        "contact": "kim@",
        "consent": "on",
    }
    assert browser.get("/amt/contact/").context["form"]["name"].value() == ""


def test_more_time_keeps_half_a_code(world, browser):
    choose(browser, world[1])
    give(browser)
    answer = browser.post("/amt/extend/", {"step": "code", "code": "123"}, follow=True)
    assert 'value="123"' in text(answer)
