"""What others get wrong makes no noise; what is our fault is an error with its traceback."""

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import path


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("our fault")


urlpatterns = [path("broken/", broken)]


@pytest.fixture
def browser(db):
    return Browser(raise_request_exception=False)


def lines(caplog):
    return [(row.name, row.levelname, bool(row.exc_info)) for row in caplog.records]


def test_a_strange_host_is_one_line_without_a_traceback(browser, caplog, settings):
    settings.ALLOWED_HOSTS = ["termine.example"]
    assert browser.get("/healthz", headers={"host": "elsewhere.example"}).status_code == 400
    assert lines(caplog) == [("django.security.DisallowedHost", "ERROR", False)]


@pytest.mark.parametrize(
    ("setting", "error"),
    [
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", "RequestDataTooBig"),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", "TooManyFieldsSent"),
    ],
)
def test_a_form_that_is_too_large_is_one_line_too(browser, caplog, settings, setting, error):
    setattr(settings, setting, 1)
    form = {"content_type": "application/x-www-form-urlencoded"}
    assert 400 <= browser.post("/accounts/login/", "a=1&b=2", **form).status_code < 500
    assert lines(caplog) == [(f"django.security.{error}", "ERROR", False)]


@pytest.mark.parametrize("address", ["/nowhere/at/all/", "/api/v1/slots"])
def test_what_the_caller_got_wrong_is_no_warning(browser, caplog, address):
    assert 400 <= browser.get(address).status_code < 500
    assert lines(caplog) == []


def test_a_form_without_its_token_is_none_either(caplog):
    assert Browser(enforce_csrf_checks=True).post("/accounts/login/").status_code == 403
    assert lines(caplog) == []


def test_whoever_wants_to_know_still_reads_it(browser, caplog):
    with caplog.at_level(logging.INFO, "django.request"):
        browser.get("/nowhere/at/all/")
    assert ("django.request", "INFO", False) in lines(caplog)


def test_our_own_fault_is_an_error_with_its_traceback(browser, caplog, settings):
    settings.ROOT_URLCONF = __name__
    assert browser.get("/broken/").status_code == 500
    assert ("django.request", "ERROR", True) in lines(caplog)
