"""Staff accounts: made by administrators, never by signing up; their mails go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from notifications import to_staff
from scheduler import clock
from scheduler.events import Actor
from scheduler.models import User

CHANGES = {
    **dict.fromkeys(("password_reset", "password_changed", "password_set"), "password"),
    **dict.fromkeys(("email_changed", "email_deleted"), "address_changed"),
}
LONGEST_NAME = 254


def name_typed(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Whose password was tried, in lower case: wrong tries count by account and address."""
    given = credentials or {}
    typed = given.get("email") or given.get("login") or given.get("username") or request.POST.get("login", "")
    return str(typed).strip().lower()[:LONGEST_NAME]


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up. Operators without an office have no outbox: theirs go out at once."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for herself."""
        return False

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """To the address of the account, whatever was typed; the link is made when the mail is sent."""
        if user.office_id is None:
            super().send_password_reset_mail(user, user.email, context)
        else:
            self._plan(user, "reset", "reset")

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC, signup: bool
    ) -> None:
        """To an address that a member of staff has added."""
        address = emailconfirmation.email_address
        if address.user.office_id is None:
            super().send_confirmation_mail(request, emailconfirmation, signup)
        else:
            self._plan(address.user, "address", f"address-{address.pk}", address.email)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Password, address or second factor were changed: told to the address as it was."""
        if user.office_id is None:
            super().send_notification_mail(template_prefix, user, context, email)
            return
        name = template_prefix.rpartition("/")[2]
        self._plan(user, CHANGES.get(name, "second_factor"), name, email or "")

    def _plan(self, user: User, stage: str, name: str, address: str = "") -> None:
        who = self.request.user
        by = Actor("user", str(who.pk)) if who.is_authenticated else Actor("visitor")
        to_staff.tell_account(user=user, stage=stage, name=name, address=address, by=by, now=clock.now())


def link(user: User, stage: str, address: str) -> str:
    """Where she chooses a new password or confirms an address; empty where there is nothing to do (any more).

    Made at the last moment from what is stored anyway, so that nobody finds it in the data base.
    """
    if stage == "reset":
        key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
        return settings.PUBLIC_BASE_URL + reverse("account_reset_password_from_key", kwargs=key)
    found = EmailAddress.objects.filter(user=user, email__iexact=address, verified=False).first()
    if stage != "address" or found is None:
        return ""
    key = {"key": EmailConfirmationHMAC.create(found).key}
    return settings.PUBLIC_BASE_URL + reverse("account_confirm_email", kwargs=key)
