"""Our own errors: a page even where nothing else works."""

from django.db import OperationalError, connection
from django.test import RequestFactory, override_settings

from frontend import http

MANIFEST = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


def test_an_error_is_said_in_words(db):
    page = http.server_error(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "Das lag an uns" in page.content.decode()


@override_settings(STORAGES=MANIFEST, STATIC_ROOT="/nowhere")
def test_an_error_is_said_even_where_styles_are_missing():
    page = http.server_error(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "Das lag an uns" in page.content.decode()
    assert "stylesheet" not in page.content.decode()


def test_a_data_base_that_is_away_is_said_and_asked_for_nothing(client, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(connection, "ensure_connection", away)
    client.raise_request_exception = False
    client.cookies["sessionid"] = "somebody"
    page = client.get("/")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "120")
    assert "in ein paar Minuten" in page.content.decode()
