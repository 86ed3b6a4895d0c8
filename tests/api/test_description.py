"""Answers are what the description says they are."""

import json

import pytest
from jsonschema import Draft202012Validator

from scheduler.models import ApiKey, Location
from tests import factories
from tests.api.conftest import Caller
from tests.factories import NOW

START = "2026-03-10T08:00:00Z"
CLIENT = {"name": "Kim Beispiel", "email": "kim@post.example", "external_reference": "A1"}


@pytest.fixture
def described(api):
    """The OpenAPI document; objects may have no member that it does not name."""
    found = json.loads(api.client.get("/api/v1/schema?format=json").content)
    schemas = found["components"]["schemas"]
    for name, schema in schemas.items():
        if "properties" in schema:
            schema["additionalProperties"] = name == "Problem"
    return found


def check(described, method, path, answer):
    """The answer has the shape that is described for its status."""
    responses = described["paths"][f"/api/v1/{path}"][method]["responses"]
    told = responses.get(str(answer.status_code), responses["default"])
    (content,) = told["content"].values()
    schema = {**content["schema"], "components": described["components"]}
    assert [error.message for error in Draft202012Validator(schema).iter_errors(answer.json())] == []


def test_the_description_refuses_in_english_like_everything_else(api):
    answer = api.client.post("/api/v1/schema", headers={"Accept-Language": "de"})
    assert answer.status_code == 405
    assert answer.json()["detail"] == 'Method "POST" not allowed.'


def test_lists_are_as_described(api, world, described):
    Location.objects.create(office=world[0], name="Haus 1", address="Marktplatz 1")
    for path in ("services", "caseworkers", "teams", "locations"):
        answer = api.get(path)
        assert answer.json()["results"]
        check(described, "get", path, answer)


def test_slots_holds_and_appointments_are_as_described(api, world, described):
    service = str(world[1].pk)
    search = {"service": service, "from": "2026-03-09", "to": "2026-03-16"}
    wish = {"service": service, "start": START, "mode": "video", "client": CLIENT}
    check(described, "get", "slots", api.get("slots", **search))
    check(described, "post", "holds", api.post("holds", {**wish, "start": "2026-03-10T09:00:00Z"}))
    booked = api.post("appointments", wish)
    assert booked.status_code == 201
    check(described, "post", "appointments", booked)
    check(described, "post", "appointments", api.post("appointments", wish))
    one = f"appointments/{booked.json()['uid']}"
    check(described, "get", "appointments/{uid}", api.get(one))
    check(described, "get", "appointments", api.get("appointments"))
    check(described, "post", "appointments/{uid}/mode", api.post(f"{one}/mode", {"mode": "phone"}))
    check(described, "post", "appointments/{uid}/cancel", api.post(f"{one}/cancel", {"by": "client"}))
    check(described, "get", "clients", api.get("clients", external_reference="A1"))


def test_refusals_are_as_described(api, described):
    nobody = "00000000-0000-0000-0000-000000000000"
    for path, status in (("slots", 400), ("utilisation", 400), ("appointments/{uid}", 404)):
        answer = api.get(path.replace("{uid}", nobody))
        assert answer.status_code == status
        check(described, "get", path, answer)


def test_figures_are_as_described(api, world, described):
    for _ in range(2):
        factories.caseworker(world[0], world[1])
    answer = api.get("utilisation", **{"from": "2026-03-02", "to": "2026-03-09"})
    assert answer.status_code == 200
    check(described, "get", "utilisation", answer)


def test_a_way_into_the_room_is_as_described(world, clock, described):
    appointment = factories.appointment(world[2])
    _, secret = ApiKey.issue(office=world[0], name="Case system", scopes=["join"], now=NOW)
    clock.to(appointment.start)
    answer = Caller(secret).post(f"appointments/{appointment.uid}/join", {"as": "client"})
    assert answer.status_code == 200
    check(described, "post", "appointments/{uid}/join", answer)


def test_every_call_needs_a_key_and_may_be_refused(described):
    paths = described["paths"].items()
    calls = [(path, method, call) for path, found in paths for method, call in found.items()]
    assert len(calls) > 15
    for path, method, call in calls:
        assert "default" in call["responses"], (path, method)
        assert path.endswith("/schema") or call["security"] == [{"key": []}], (path, method)
