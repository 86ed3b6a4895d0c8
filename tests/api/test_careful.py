"""Retries, protected people, values at the edge."""

import pytest

from tests import factories

START = "2026-03-10T08:00:00Z"


def wish(world, **more):
    client = {"name": "Kim Beispiel", "email": "kim@post.example"}
    return {"service": str(world[1].pk), "start": START, "mode": "video", "client": client, **more}


def test_a_booking_with_a_hold_can_be_sent_again(world, api):
    hold = api.post("holds", wish(world)).json()["id"]
    key = {"Idempotency-Key": "one"}
    first = api.post("appointments", wish(world, hold=hold), **key)
    again = api.post("appointments", wish(world, hold=hold), **key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["uid"] == again.json()["uid"]


class TestProtected:
    @pytest.fixture
    def hidden(self, world):
        return factories.client(world[0], protected=True)

    def test_her_appointment_shows_neither_name_nor_link(self, world, api, hidden):
        appointment = factories.appointment(world[2], hidden)
        told = api.get(f"appointments/{appointment.uid}").json()
        assert (told["client"], told["links"]["client"]) == (None, None)

    def test_nobody_lists_books_or_joins_for_her(self, world, api, hidden, clock):
        appointment = factories.appointment(world[2], hidden)
        assert api.get("appointments", client=hidden.pk).status_code == 404
        assert api.post("appointments", wish(world, client={"id": str(hidden.pk)})).status_code == 404
        clock.to(appointment.start)
        assert api.post(f"appointments/{appointment.uid}/join", {"as": "client"}).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"updated_since": "9999-12-31T23:59:59-14:00"},
        {"updated_since": "0001-01-01T00:00:00+14:00"},
        {"status": "wrong"},
        {"status": "\0"},
    ],
)
def test_values_at_the_edge_are_refused(world, api, query):
    assert api.get("appointments", **query).status_code == 400
