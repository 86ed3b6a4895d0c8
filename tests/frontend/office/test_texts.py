"""The editor of an office's own texts, as a form without JavaScript."""

import html
import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser

from notifications.models import Message, TemplateOverride
from tests.frontend.signing_in import sign_in

PAGE = "/office/messages/texts/confirmation/de/"
INDEX = "/office/messages/texts/"


def entries(browser) -> dict[str, str]:
    """What the form holds when it is opened."""
    return held(browser.get(PAGE))


def held(answer) -> dict[str, str]:
    """What the form of this page would send."""
    fields = {bound.name: bound.value() for bound in answer.context["form"]}
    seen = re.search(r'name="(seen)" value="(\w*)"', page_of(answer))
    return {**fields, **dict([seen.groups()] if seen else [])}


def send(browser, do, **changes):
    return browser.post(PAGE, {**entries(browser), "do": do, **changes})


def page_of(answer) -> str:
    return html.unescape(answer.content.decode())


def test_the_default_is_the_starting_point_and_nothing_is_stored(cast, administrator):
    page = page_of(administrator.get(PAGE))
    assert "{{ office_short }}: Termin {{ weekday }}" in page
    assert "Als E-Mail" in page
    assert "1 SMS-Teil<" in page
    assert "Zeichen, etwa 0,08 €" in page
    assert send(administrator, "save").status_code == 302
    assert not TemplateOverride.objects.exists()


def test_a_preview_shows_the_draft_and_keeps_nothing(cast, administrator):
    answer = send(administrator, "preview", mail="Servus!\r\n{{ link }}", subject="Passt")
    page = page_of(answer)
    assert "Servus!" in page
    assert "Kastanie" in page
    assert not TemplateOverride.objects.exists()


def live(browser, **changes):
    """What the page asks for while somebody types."""
    return browser.post(PAGE, {**entries(browser), **changes}, headers={"HX-Request": "true"})


def test_the_preview_follows_what_is_typed_and_keeps_nothing(cast, administrator):
    answer = live(administrator, sms="{{ office_short }} {{ link }} {{ word }} " + "lang " * 30)
    page = page_of(answer)
    assert answer.status_code == 200
    assert "2 SMS-Teile" in page
    assert "etwa 0,16 €" in page
    assert "<html" not in page
    assert not TemplateOverride.objects.exists()


def test_the_preview_says_at_once_what_could_not_be_sent(cast, administrator):
    page = page_of(live(administrator, mail="Sanktion {{ link }}", sms=""))
    assert "E-Mail-Text: „Sanktion“ darf in keiner Nachricht stehen" in page
    assert "SMS: Bitte schreiben Sie einen Text." in page


def test_the_preview_says_to_whoever_was_signed_out_how_it_goes_on(cast, administrator):
    stranger = Browser(headers={"HX-Request": "true", "accept-language": "de"})
    answer = stranger.post(PAGE, entries(administrator))
    assert (answer.status_code, "HX-Refresh" in answer.headers) == (401, False)
    assert "Bitte melden Sie sich in einem neuen Fenster an, dann geht es hier weiter." in page_of(answer)
    assert "<html" not in page_of(answer)


def test_a_page_from_before_signing_in_anew_gets_what_its_forms_need(cast):
    browser = Browser(enforce_csrf_checks=True, headers={"HX-Request": "true", "accept-language": "de"})
    browser.cookies = sign_in(cast.administrator).cookies
    typed = entries(browser)
    refused = browser.post(PAGE, {**typed, "csrfmiddlewaretoken": "x" * 64})
    assert refused.status_code == 403
    assert "Sie sind wieder angemeldet." in page_of(refused)
    fresh = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page_of(refused))[1]
    assert browser.post(PAGE, {**typed, "csrfmiddlewaretoken": fresh}).status_code == 200


def test_without_a_second_factor_the_preview_is_not_led_to_its_activation(cast, administrator):
    typed = entries(administrator)
    Authenticator.objects.all().delete()
    answer = administrator.post(PAGE, typed, headers={"HX-Request": "true"})
    assert (answer.status_code, "Location" in answer.headers) == (401, False)
    assert administrator.get(PAGE).headers["Location"] == "/accounts/2fa/totp/activate/"
    assert administrator.get(PAGE, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_saving_keeps_only_what_differs_and_saving_the_default_restores(cast, administrator):
    default = entries(administrator)
    send(administrator, "save", subject="Passt: {{ when }}")
    row = TemplateOverride.objects.get()
    assert (row.office, row.part, row.text) == (cast.office, "subject.txt", "Passt: {{ when }}")
    assert "eigener Text" in page_of(administrator.get(INDEX))
    send(administrator, "save", subject=default["subject"])
    assert not TemplateOverride.objects.exists()


def kept() -> dict[str, str]:
    return dict(TemplateOverride.objects.values_list("part", "text"))


@pytest.mark.parametrize("do", ["save", "test"])
def test_who_saves_later_overwrites_nothing_that_she_has_not_seen(cast, administrator, do):
    opened = entries(administrator)
    send(administrator, "save", mail="Servus!\n{{ link }}")
    late = {**opened, "subject": "Passt", "do": do}
    answer = administrator.post(PAGE, late)
    assert answer.status_code == 409
    assert "Jemand hat diese Texte inzwischen geändert. Es wurde nichts gespeichert." in page_of(answer)
    assert {**late, **held(answer)} == {**late, "seen": entries(administrator)["seen"]}
    assert kept() == {"email.txt": "Servus!\n{{ link }}"}
    assert not Message.objects.exists()
    assert administrator.post(PAGE, {**late, **held(answer)}).status_code == 302
    assert kept() == {"subject.txt": "Passt"}


@pytest.mark.parametrize(("changes", "status"), [({}, 200), ({"sms": "Hallo"}, 422)])
def test_a_preview_shows_nothing_of_the_others_and_so_settles_nothing(cast, administrator, changes, status):
    opened = entries(administrator)
    send(administrator, "save", mail="Servus!\n{{ link }}")
    answer = administrator.post(PAGE, {**opened, **changes, "do": "preview"})
    assert (answer.status_code, held(answer)["seen"]) == (status, opened["seen"])
    assert administrator.post(PAGE, {**opened, "do": "save"}).status_code == 409


def test_the_texts_of_other_kinds_and_languages_disturb_nobody(cast, administrator):
    opened = entries(administrator)
    known = {"office": cast.office, "part": "subject.txt", "text": "Passt"}
    TemplateOverride.objects.create(**known, kind="confirmation", language="en")
    TemplateOverride.objects.create(**known, kind="moved", language="de")
    assert administrator.post(PAGE, {**opened, "do": "save"}).status_code == 302


def test_a_form_that_does_not_say_what_it_knows_saves_nothing(cast, administrator):
    opened = entries(administrator)
    del opened["seen"]
    answer = administrator.post(PAGE, {**opened, "subject": "Passt", "do": "save"})
    assert (answer.status_code, kept()) == (409, {})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sms": "Hallo {{ word }}"}, "{{ link }} fehlt."),
        ({"mail": "{{ link }} {{ secret }}"}, "{{ secret }} ist hier nicht möglich."),
        ({"mail": "{% include 'x' %} {{ link }}"}, "Geschweifte Klammern sind nur für Variablen"),
        ({"mail": "{{ link }} Sanktion"}, "„Sanktion“ darf in keiner Nachricht stehen"),
        ({"sms": "{{ link }} " * 40 + "{{ word }}"}, "SMS-Teile. Höchstens 4 sind möglich."),
        (
            {"mail": "{{ link }}{{ word }}"},
            "Nach dem Link braucht es ein Leerzeichen oder einen Zeilenumbruch.",
        ),
        ({"subject": ""}, "Bitte schreiben Sie einen Text."),
    ],
)
def test_what_could_not_be_sent_is_refused_with_a_reason(cast, administrator, changes, said):
    for do in ("preview", "save", "test"):
        answer = send(administrator, do, **changes)
        assert answer.status_code == 422
        assert said in page_of(answer)
    assert not TemplateOverride.objects.exists()
    assert not Message.objects.exists()


def test_a_test_is_saved_and_planned_to_the_own_address(cast, administrator):
    send(administrator, "test", subject="Passt")
    message = Message.objects.get()
    assert (message.kind, message.stage, message.user) == ("test", "confirmation", cast.administrator)
    assert TemplateOverride.objects.get().text == "Passt"


def test_the_default_comes_back_by_a_button(cast, administrator):
    send(administrator, "save", subject="Passt")
    assert administrator.post(f"{PAGE}restore/", {"part": "subject"}).status_code == 302
    assert not TemplateOverride.objects.exists()
    assert administrator.post(f"{PAGE}restore/", {"part": "nonsense"}).status_code == 404


def test_a_broken_text_is_marked_and_can_be_mended(cast, administrator):
    known = {"office": cast.office, "kind": "confirmation", "part": "sms.txt", "language": "de"}
    TemplateOverride.objects.create(**known, text="{% broken %}")
    assert "fehlerhaft: Der Standardtext wird gesendet" in page_of(administrator.get(INDEX))
    answer = administrator.get(PAGE)
    assert answer.status_code == 200
    assert "{% broken %}" in page_of(answer)


@pytest.mark.parametrize("page", ["/office/messages/texts/digest/de/", "/office/messages/texts/code/uk/"])
def test_other_kinds_and_languages_are_not_there(administrator, page):
    assert administrator.get(page).status_code == administrator.post(page).status_code == 404
    assert administrator.post(f"{page}restore/", {"part": "sms"}).status_code == 404


def test_only_the_administrator_writes_texts_and_only_her_offices(cast, administrator):
    send(administrator, "save", subject="Passt hier")
    for who in (cast.worker.user, cast.lead):
        browser = sign_in(who)
        for answer in (
            browser.get(INDEX),
            browser.get(PAGE),
            browser.post(PAGE),
            browser.post(f"{PAGE}restore/"),
        ):
            assert answer.status_code == 404
    stranger = sign_in(cast.stranger)
    assert "Passt hier" not in page_of(stranger.get(PAGE))
    stranger.post(f"{PAGE}restore/", {"part": "subject"})
    assert TemplateOverride.objects.get().text == "Passt hier"
    assert Browser().get(PAGE).status_code == Browser().post(PAGE).status_code == 302


def test_the_list_costs_the_same_with_many_own_texts(cast, administrator, django_assert_num_queries):
    administrator.get(INDEX)
    with django_assert_num_queries(7):
        administrator.get(INDEX)
    for kind in ("confirmation", "moved", "code"):
        known = {"office": cast.office, "kind": kind, "part": "subject.txt"}
        for language in ("de", "en"):
            TemplateOverride.objects.create(**known, language=language, text="Passt")
    with django_assert_num_queries(7):
        administrator.get(INDEX)
