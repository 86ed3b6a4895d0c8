"""Mails about staff accounts go through the outbox; the way into an account is stored nowhere."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client as Browser

from config.logs import cleaned
from notifications import delivery
from notifications.models import Message, State
from scheduler import clock
from scheduler.models import Event
from tests import factories
from tests.frontend.desk.test_sign_in import code
from tests.frontend.signing_in import sign_in
from tests.notifications.post import receive

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "a brand new passphrase 42"


@pytest.fixture
def post(settings):
    with receive(settings) as server:
        yield server


@pytest.fixture
def user():
    return factories.user(factories.office())


@pytest.fixture
def browser():
    return Browser(headers={"accept-language": "de"})


def ask(browser, address):
    return browser.post("/accounts/password/reset/", {"email": address})


def told(post):
    """Deliver, and give what arrived: (to, subject, text), since the last time."""
    delivery.deliver_due(clock.now)
    found = [(m["To"], m["Subject"], m.get_body(("plain",)).get_content()) for m in post.parsed()]
    post.mails.clear()
    return found


def link_in(text: str) -> str:
    return re.search(r"http://localhost:8000(/accounts/\S+)", text)[1]


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(browser, user, post):
    assert ask(browser, user.email.upper()).status_code == 302
    ((to, subject, text),) = told(post)
    assert (to, subject) == (user.email, "Ihr neues Passwort für Sprechzeit")
    form = browser.get(link_in(text)).headers["Location"]
    assert browser.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)
    ((to, subject, told_after),) = told(post)
    assert (to, subject) == (user.email, "Ihr Konto wurde geändert")
    assert "/accounts/" not in told_after
    again = Browser().get(link_in(text))
    assert again.context["token_fail"]


def test_the_link_is_stored_nowhere(browser, user, post):
    ask(browser, user.email)
    row = Message.objects.get()
    event = Event.objects.get(verb="account.reset")
    ((_, _, text),) = told(post)
    key = link_in(text).rstrip("/").rpartition("-")[2]
    for kept in (row, Message.objects.get(), event):
        assert key not in " ".join(str(getattr(kept, field.attname)) for field in kept._meta.fields)
    assert (event.actor, event.subject) == ("visitor", f"user:{user.pk}")


def test_the_link_leads_to_our_address_whatever_the_request_says(browser, user, post):
    browser.post("/accounts/password/reset/", {"email": user.email}, headers={"host": "evil.example"})
    assert "evil.example" not in told(post)[0][2]


def test_nobody_learns_whether_an_address_is_known(browser, user, post):
    known, unknown = ask(browser, user.email), ask(browser, "nobody@amt.example")
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert [to for to, _, _ in told(post)] == [user.email]


def test_asking_in_a_row_is_told_once_a_minute(browser, user, post):
    for _ in range(3):
        ask(browser, user.email)
    assert len(told(post)) == len({str(m.created_at)[:16] for m in Message.objects.all()})


def test_a_reset_that_is_late_is_not_sent(browser, user, post):
    ask(browser, user.email)
    delivery.deliver_due(lambda: clock.now() + timedelta(minutes=31))
    assert post.mails == []
    assert Message.objects.get().state == State.EXPIRED


def test_who_left_meanwhile_gets_no_way_in(browser, user, post):
    ask(browser, user.email)
    user.is_active = False
    user.save()
    assert told(post) == []
    assert Message.objects.get().state == State.VOID


def test_a_busy_server_is_tried_again(browser, user, post):
    post.answers = ["451 later"]
    ask(browser, user.email)
    assert told(post) == []
    delivery.deliver_due(lambda: clock.now() + timedelta(minutes=1))
    (mail,) = post.parsed()
    assert Browser().get(link_in(mail.get_body(("plain",)).get_content())).status_code == 302


def test_a_new_address_is_confirmed_by_the_link_in_its_mail(user, post):
    browser = sign_in(user, second_factor=False)
    browser.post("/accounts/email/", {"action_add": "", "email": "new@amt.example"})
    ((to, subject, text),) = told(post)
    assert (to, subject) == ("new@amt.example", "Bitte bestätigen Sie Ihre E-Mail-Adresse")
    assert Message.objects.get().address == ""
    browser.post(link_in(text))
    assert EmailAddress.objects.get(email="new@amt.example").verified


def test_an_address_that_was_taken_back_is_not_asked_to_confirm(user, post):
    browser = sign_in(user, second_factor=False)
    browser.post("/accounts/email/", {"action_add": "", "email": "other@amt.example"})
    assert Message.objects.filter(state=State.PENDING).count() == 1
    EmailAddress.objects.filter(email="other@amt.example").delete()
    assert told(post) == []
    assert Message.objects.get().state == State.VOID


def test_operators_without_an_office_get_theirs_at_once(browser, post):
    operator = factories.user(None, is_superuser=True)
    ask(browser, operator.email)
    assert not Message.objects.exists()
    (mail,) = post.parsed()
    assert mail["To"] == operator.email


def test_logs_hold_no_way_into_an_account(browser, user, post):
    ask(browser, user.email)
    path = link_in(told(post)[0][2])
    key = path.split("/")[-2]
    assert key not in cleaned(f"GET {path} 200")
    assert "abc" not in cleaned("GET /accounts/confirm-email/abc:def/ 200")


def test_a_new_second_factor_is_told(user, post):
    browser = sign_in(user, second_factor=False)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    browser.post("/accounts/reauthenticate/", {"password": "correct horse battery staple"})
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="sz-copy"[^>]*>\s*([A-Z2-7]{32})', page)[1]
    browser.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    mails = told(post)
    assert {to for to, _, _ in mails} == {user.email}
    assert "Der zweite Faktor Ihres Kontos wurde geändert." in mails[0][2]
    assert Event.objects.filter(verb="account.second_factor").first().actor == f"user:{user.pk}"
