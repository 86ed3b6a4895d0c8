"""Who signs in, who counsels, who interprets, who comes: and how we know that an address is theirs."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from scheduler.models.office import Location, Office, OfficeOwned, Service, Team


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, in one office. Roles come from what is attached to her."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80, blank=True)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.CASCADE, related_name="users")
    administers = models.BooleanField(default=False, help_text="Administrator of her office.")
    language = models.CharField(max_length=12, default="de")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the operators' read-only admin.")
    muted_kinds = models.JSONField(default=list, help_text="Kinds of mail she has switched off.")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_is_unique_whatever_its_case")]

    def __str__(self) -> str:
        return self.email


class Caseworker(OfficeOwned):
    """Somebody who counsels; her team and services say what, her Schedule says when."""

    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="caseworker"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="caseworkers")
    display_name = models.CharField(max_length=80)
    languages = models.JSONField(default=list)
    services = models.ManyToManyField(Service, related_name="caseworkers", blank=True)
    deputies = models.ManyToManyField("self", symmetrical=False, related_name="deputises_for", blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["display_name", "pk"]

    def __str__(self) -> str:
        return self.display_name


class Interpreter(OfficeOwned):
    """Interprets spoken or signed languages (BCP 47 tags, ``gsg`` = German sign language); has no user."""

    name = models.CharField(max_length=80)
    languages = models.JSONField(default=list)
    email = models.EmailField(blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Booth(OfficeOwned):
    """A place with a video terminal for clients without a device."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="booths")
    name = models.CharField(max_length=80)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Client(OfficeOwned):
    """Somebody who is counselled. No address, no birth date, nothing about the case."""

    CHANNELS = [("email", _("E-mail")), ("sms", _("SMS")), ("both", _("E-mail and SMS")), ("none", _("None"))]

    name = models.CharField(max_length=120)
    email = models.EmailField(null=True, blank=True)
    mobile = models.CharField(max_length=20, null=True, blank=True, help_text="E.164.")
    offered_email = models.EmailField(null=True, blank=True, help_text="Differs; staff confirm it.")
    offered_mobile = models.CharField(max_length=20, null=True, blank=True)
    language = models.CharField(max_length=12, default="de")
    channel = models.CharField(max_length=8, choices=CHANNELS, default="both")
    no_messages = models.BooleanField(default=False, help_text="Safe-contact flag: no messages at all.")
    protected = models.BooleanField(default=False, help_text="Visible only to the named staff.")
    protected_for = models.ManyToManyField(User, related_name="+", blank=True)
    caseworker = models.ForeignKey(
        Caseworker, null=True, blank=True, on_delete=models.SET_NULL, related_name="clients"
    )
    external_reference = models.CharField(max_length=64, null=True, blank=True)
    word = models.CharField(max_length=16, help_text="Authenticity word in every message.")
    matched = models.BooleanField(default=False, help_text="False: not yet assigned.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "external_reference"],
                condition=models.Q(external_reference__isnull=False),
                name="external_reference_is_unique_in_its_office",
            ),
        ]
        indexes = [
            models.Index("office", Upper("email"), name="client_by_email"),
            models.Index(fields=["office", "mobile"], name="client_by_mobile"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def open_channels(self) -> set[str]:
        """By which channels she may be told about appointments, whether there is a contact or not.

        She has agreed, or the office tells by this channel as its task and she has not refused.
        """
        rows = [row for row in self.consents.all() if row.purpose == "appointments"]
        agreed = {row.channel for row in rows if row.withdrawn_at is None}
        refused = {row.channel for row in rows} - agreed
        return agreed | (set(self.office.told_by_task) - refused)


class Consent(OfficeOwned):
    """A client agreed to be told by a channel; withdrawing keeps the row, and so does refusing."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(max_length=8, choices=[("email", _("E-mail")), ("sms", _("SMS"))])
    purpose = models.CharField(max_length=20, default="appointments")
    text_version = models.CharField(max_length=20, default="2026-11")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "channel", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="consent_is_given_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose}"


class ContactProof(OfficeOwned):
    """Six digits were sent to an address; the code is an HMAC of id and nonce and never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=8, choices=[("email", _("E-mail")), ("sms", _("SMS"))])
    address = models.CharField(max_length=254)
    nonce = models.CharField(max_length=32)
    language = models.CharField(max_length=12, default="de")
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True, blank=True)
    session = models.CharField(max_length=64)
    origin = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="Keyed hash of the network address."
    )

    class Meta:
        indexes = [
            models.Index(fields=["office", "address", "created_at"], name="proof_by_address"),
            models.Index(fields=["office", "origin", "created_at"], name="proof_by_origin"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AccessReason(OfficeOwned):
    """Why a user opened a client outside her circle: asked before, kept for the audit."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="access_reasons")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.reason
