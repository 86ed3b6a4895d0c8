"""Who calls: a key of one office, with scopes, perhaps bound to networks."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from scheduler import clock
from scheduler.models import ApiKey
from scheduler.models.access import digest_of
from scheduler.queries import rows


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer sz_…``; the key becomes ``request.auth``."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            return None
        key = rows.key(digest_of(secret.strip()))
        if key is None or not key.valid(clock.now()) or not _may_come_from(key, request.META["REMOTE_ADDR"]):
            raise AuthenticationFailed
        return None, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _may_come_from(key: ApiKey, address: str) -> bool:
    try:
        return not key.addresses or any(ip_address(address) in ip_network(net) for net in key.addresses)
    except ValueError:
        return False


class HasScope(BasePermission):
    """The view's ``scopes`` say which scope each method needs."""

    def has_permission(self, request: Request, view: Any) -> bool:
        scopes: Mapping[str, str] = getattr(view, "scopes", {})
        key = request.auth
        wanted = scopes.get(request.method or "", "admin")
        return isinstance(key, ApiKey) and wanted in key.scopes
