"""Sign-ins of the demo's staff, derived from this installation's key: nowhere the same."""

import base64
import hashlib
import hmac
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings

from scheduler.models import User

EMAILS = ("caseworker@demo.example", "lead@demo.example", "admin@demo.example")


def _derived(purpose: str, email: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"demo {purpose} {email}".encode(), hashlib.sha256).digest()


def password(email: str) -> str:
    """Twelve letters and digits."""
    return base64.b32encode(_derived("password", email)).decode()[:12].lower()


def secret(email: str) -> str:
    """The key of the second factor, base 32."""
    return base64.b32encode(_derived("totp", email)[:20]).decode()


def code(email: str) -> str:
    """The six digits of this half minute."""
    return totp.format_hotp_value(totp.hotp_value(secret(email), int(time.time()) // 30))


def arrange(user: User) -> None:
    """Give a demo user the derived password and second factor; safe to repeat."""
    if not user.check_password(password(user.email)):
        user.set_password(password(user.email))
        user.save(update_fields=["password"])
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        totp.TOTP.activate(user, secret(user.email))
