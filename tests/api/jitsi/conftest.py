"""A room server: knows the secret and asks as Prosody does."""

import json

import pytest
from django.test import Client

SECRET = "what-only-the-room-server-and-we-know"


class RoomServer:
    """Speaks to the reservation API and the event endpoint."""

    def __init__(self, secret: str = SECRET) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {secret}"}, enforce_csrf_checks=True)

    def ask(self, **form):
        kind = "application/x-www-form-urlencoded"
        text = "&".join(f"{name}={value}" for name, value in form.items())
        return self.client.post("/jitsi/conference", text, content_type=kind)

    def look(self, conference):
        return self.client.get(f"/jitsi/conference/{conference}")

    def end(self, conference):
        return self.client.delete(f"/jitsi/conference/{conference}")

    def tell(self, what, body):
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(f"/jitsi/events/{what}", text, content_type="application/json")


@pytest.fixture
def secret(settings):
    settings.JITSI_CALLBACK_SECRET = SECRET
    return SECRET


@pytest.fixture
def prosody(secret):
    return RoomServer()
