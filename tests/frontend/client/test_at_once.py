"""Two clicks at the same moment, from two processes."""

import pytest
from django.test import Client as Browser

from scheduler.models import Appointment, Client
from tests.frontend.client.walking import choose, prove
from tests.processes import together

COOKIE = "sessionid"


def click(session):
    browser = Browser()
    browser.cookies[COOKIE] = session
    return browser.post("/amt/check/").headers.get("Location")


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_book_once(world, browser):
    world[1].max_future = 1
    world[1].save()
    choose(browser, world[1])
    prove(browser)
    session = browser.cookies[COOKIE].value
    assert together(click, [(session,)] * 4, processes=4) == ["/amt/done/"] * 4
    assert Appointment.objects.count() == Client.objects.count() == 1
