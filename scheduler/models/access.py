"""Keys of other programs: shown once, stored hashed, bound to one office and to scopes."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.db import models

from scheduler.models.office import Office, OfficeOwned

SCOPES = ("read", "book", "book_any", "join", "report", "admin")


def digest_of(secret: str) -> str:
    """What is stored of a key. It is random and long, so a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKey(OfficeOwned):
    """Lets a program of this office use the API within its scopes."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    addresses = models.JSONField(default=list, help_text="Networks (CIDR) it may come from; empty: any.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(
        cls, *, office: Office, name: str, scopes: list[str], now: datetime, **fields: Any
    ) -> tuple[Any, str]:
        """Make a key; answers the row and the secret, which is shown this once."""
        secret = f"sz_{secrets.token_urlsafe(32)}"
        row = cls.objects.create(
            office=office, name=name, scopes=scopes, digest=digest_of(secret), created_at=now, **fields
        )
        return row, secret

    def valid(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)
