"""Signing in: password, then the second factor; nobody signs up."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client as Browser
from django.utils import translation

from frontend.accounts import AccountAdapter
from tests import factories

PASSWORD = "correct horse battery staple"


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def browser(db):
    return Browser(headers={"accept-language": "de"})


def test_password_and_code_open_the_desk(world, browser):
    secret = generate_totp_secret()
    TOTP.activate(world[2].user, secret)
    page = browser.get("/accounts/login/?next=/desk/week/")
    assert page.status_code == 200
    entry = {"login": world[2].user.email, "password": PASSWORD, "next": "/desk/week/"}
    answer = browser.post("/accounts/login/", entry)
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert browser.get("/desk/").headers["Location"].startswith("/accounts/login/")
    assert browser.get("/accounts/2fa/authenticate/").status_code == 200
    assert browser.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    answer = browser.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert answer.headers["Location"] == "/desk/week/"
    assert browser.get("/desk/week/").status_code == 200


def test_who_has_no_second_factor_sets_one_up_and_gets_recovery_codes(world, browser):
    browser.post("/accounts/login/", {"login": world[2].user.email, "password": PASSWORD})
    assert browser.get("/desk/", follow=True).redirect_chain[0][0] == "/accounts/2fa/totp/activate/"
    again = {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"}
    page = browser.post("/accounts/reauthenticate/", again, follow=True).content.decode()
    secret = re.search(r'class="sz-copy"[^>]*>\s*([A-Z2-7]{32})', page)[1]
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": code(secret)}, follow=True)
    assert answer.status_code == 200
    assert len(answer.context["unused_codes"]) == 10
    assert browser.get("/desk/").status_code == 200


def test_a_wrong_password_says_nothing_about_the_account(world, browser):
    texts = []
    for address in (world[2].user.email, "nobody@amt.example"):
        answer = browser.post("/accounts/login/", {"login": address, "password": "wrong wrong wrong"})
        assert answer.status_code == 200
        texts.append(re.findall(r"kern-alert.*?</div>", answer.content.decode(), re.S)[:1])
    assert texts[0] == texts[1]


def test_nobody_signs_up(browser):
    before = browser.get("/accounts/signup/").content.decode()
    browser.post(
        "/accounts/signup/", {"email": "x@amt.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "password1" not in before
    assert not type(factories.office()).objects.filter(users__email="x@amt.example").exists()


@pytest.mark.parametrize("page", ["login", "password/reset", "2fa/authenticate", "logout"])
def test_pages_of_the_account_open_or_lead_on(browser, page):
    assert browser.get(f"/accounts/{page}/").status_code in {200, 302}


def test_pages_of_the_signed_in_account_open(desk):
    for page in (
        "logout",
        "password/change",
        "2fa",
        "2fa/recovery-codes",
        "2fa/totp/deactivate",
        "reauthenticate",
    ):
        assert desk.get(f"/accounts/{page}/").status_code in {200, 302, 404}, page


def test_wrong_passwords_lock_one_account_and_not_the_colleague_beside_her(world, browser, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    colleague = factories.caseworker(world[0], world[1]).user
    mine = {"login": world[2].user.email, "password": "wrong wrong wrong"}
    answers = [browser.post("/accounts/login/", mine | {"login": mine["login"].upper()}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    locked = browser.post("/accounts/login/", mine | {"password": PASSWORD})
    assert locked.status_code == 429
    assert "Bitte warten Sie" in locked.content.decode()
    theirs = Browser().post("/accounts/login/", {"login": colleague.email, "password": PASSWORD})
    assert theirs.status_code == 302


def test_too_many_tries_are_said_politely():
    with translation.override("de"):
        said = str(AccountAdapter.error_messages["too_many_login_attempts"])
    assert said == "Zu viele Versuche. Bitte versuchen Sie es später noch einmal."
