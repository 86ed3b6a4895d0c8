"""The administrator's pages in a real browser: readable on a phone and on a screen, found sound by axe."""

import pytest
from django.conf import settings as configured
from playwright.sync_api import expect

from notifications.models import Message, State, TemplateOverride
from tests import factories
from tests.frontend.signing_in import sign_in

NEEDED = "{{ office_short }} {{ weekday }} {{ time }} {{ link }} {{ word }}"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    office = factories.office(name="Jobcenter Musterkreis", sms_sender_name="JC Muster")
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    client = factories.client(office, name="Kim Muster", mobile="+491712345678")
    factories.appointment(worker, client)
    Message.objects.filter(kind="confirmation").update(state=State.FAILED, last_error="smtp_550")
    return office


@pytest.fixture
def administrator(office, visitor, live_server):
    """A browser page, signed in with a second factor."""
    cookie = sign_in(factories.user(office, administers=True)).cookies[configured.SESSION_COOKIE_NAME]
    page = visitor()
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return page


def addresses(office):
    yield "messages", "/office/messages/"
    yield "texts", "/office/messages/texts/"
    yield "text", "/office/messages/texts/confirmation/de/"
    yield "reminders", f"/office/services/{office.service.pk}/reminders/"
    yield "office", "/office/"


def test_every_page_of_the_office_is_readable(
    office, administrator, live_server, clock, axe, fits, screenshots
):
    clock.to(factories.NOW)
    office.service = Message.objects.first().appointment.service
    for name, address in addresses(office):
        administrator.goto(live_server.url + address)
        axe(administrator)
        fits(administrator)
        screenshots(administrator, f"office-{name}")


def test_a_text_is_changed_and_seen_without_javascript(office, visitor, live_server):
    cookie = sign_in(factories.user(office, administers=True)).cookies[configured.SESSION_COOKIE_NAME]
    page = visitor(java_script_enabled=False)
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/office/messages/texts/reminder/de/")
    page.get_by_role("textbox", name="SMS").fill(
        "{{ office_short }}: Bis bald! {{ weekday }} {{ time }} {{ link }} {{ word }}"
    )
    page.get_by_role("button", name="Vorschau").click()
    assert page.get_by_text("JC Muster: Bis bald!").is_visible()
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.get_by_text("Gespeichert.").wait_for()
    page.goto(f"{live_server.url}/office/messages/texts/")
    assert page.get_by_role("link", name="Erinnerung, Deutsch").inner_text().startswith("eigener Text")


def test_whoever_was_signed_out_while_typing_signs_in_beside_and_saves(administrator, live_server):
    administrator.goto(f"{live_server.url}/office/messages/texts/reminder/de/")
    preview, sms = administrator.locator("#preview"), administrator.get_by_role("textbox", name="SMS")
    cookies = administrator.context.cookies()
    administrator.context.clear_cookies()
    sms.fill(f"Bis bald! {NEEDED}")
    expect(preview).to_contain_text("Sie sind nicht mehr angemeldet.")
    signed_in = [cookie for cookie in cookies if cookie["name"] == configured.SESSION_COOKIE_NAME]
    administrator.context.add_cookies(signed_in)
    administrator.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(preview).to_contain_text("Sie sind wieder angemeldet.")
    sms.fill(f"Bis dann! {NEEDED}")
    expect(preview).to_contain_text("Bis dann!")
    administrator.get_by_role("button", name="Speichern", exact=True).click()
    administrator.get_by_text("Gespeichert.").wait_for()
    assert TemplateOverride.objects.get().text.startswith("Bis dann!")


def test_the_preview_follows_the_typing(administrator, live_server, axe, fits, screenshots):
    refused: list[str] = []
    administrator.on("console", lambda message: refused.append(message.text))
    administrator.goto(f"{live_server.url}/office/messages/texts/reminder/de/")
    preview, sms = administrator.locator("#preview"), administrator.get_by_role("textbox", name="SMS")
    sms.fill("{{ office_short }}: Bis bald! {{ weekday }} {{ time }} {{ link }} {{ word }}")
    expect(preview).to_contain_text("JC Muster: Bis bald!")
    expect(preview).to_contain_text("1 SMS-Teil")
    sms.fill("Eine Sanktion {{ link }} {{ word }}")
    expect(preview).to_contain_text("SMS: „Sanktion“ darf in keiner Nachricht stehen")
    axe(administrator)
    fits(administrator)
    screenshots(administrator, "office-text-refused")
    assert refused == []
