"""Signed in with a second factor, as the product stores it."""

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client as Browser


def sign_in(user, *, second_factor: bool = True) -> Browser:
    if second_factor:
        TOTP.activate(user, generate_totp_secret())
    browser = Browser(headers={"accept-language": "de"})
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser
