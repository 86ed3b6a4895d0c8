"""A key and a caller."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from scheduler.models import SCOPES, ApiKey
from tests import factories
from tests.factories import NOW


class Caller:
    """Speaks JSON with a key."""

    def __init__(self, secret: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path, body=None, **headers):
        return self.send("post", path, body, **headers)

    def send(self, method, path, body=None, **headers):
        call = getattr(self.client, method)
        text = json.dumps(body or {})
        return call(f"/api/v1/{path}", text, content_type="application/json", headers=headers)


@pytest.fixture
def world(db, clock, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    clock.to(NOW)
    office = factories.office()
    service = factories.service(office)
    worker = factories.caseworker(office, service)
    factories.opening(worker)
    return office, service, worker


def caller_of(office, *scopes, **fields):
    _, secret = ApiKey.issue(office=office, name="test", scopes=list(scopes or SCOPES), now=NOW, **fields)
    return Caller(secret)


@pytest.fixture
def api(world):
    return caller_of(world[0])
