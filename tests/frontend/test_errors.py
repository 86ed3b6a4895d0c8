"""Our own errors: a page even where nothing else works."""

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
