"""Where mail goes is one address; a wrong one is said at the start, not when somebody should be told."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.mail import mail_from


@pytest.mark.parametrize(
    ("address", "tls", "at_once", "port"),
    [
        ("smtp+tls://user:password@mail.example", True, False, 587),
        ("smtp+tls://mail.example:2525", True, False, 2525),
        ("smtp+ssl://mail.example", False, True, 465),
        ("smtp://mail.example:25", False, False, 25),
    ],
)
def test_the_address_of_the_mail_server_says_how_it_is_reached(address, tls, at_once, port):
    found = mail_from(address)
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"], found["EMAIL_PORT"]) == (tls, at_once, port)


@pytest.mark.parametrize("address", ["mail.example", "http://mail.example", "smtp+tsl://mail.example"])
def test_an_address_that_is_none_is_said_at_the_start(address):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must begin with"):
        mail_from(address)
