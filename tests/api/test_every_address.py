"""Every address of the API, and every id that a query or body may name: another office's is not there."""

import json
import re
import uuid

import pytest

from api.urls import urlpatterns
from scheduler.models import Appointment, Client, Hold, Location
from scheduler.services import booking
from tests import factories
from tests.api.conftest import caller_of
from tests.factories import NOW, utc

METHODS = ("get", "post", "put", "patch", "delete")
START = "2026-03-10T08:00:00Z"
WINDOW = {"from": "2026-03-01", "to": "2026-04-01"}
IDS = {"service", "caseworker", "team", "location", "client", "id"}
PLAIN = {
    *("from", "to", "limit", "cursor", "updated_since", "status", "mode", "language", "interpreter"),
    *(
        "hold",
        "start",
        "note",
        "special",
        "by",
        "reason",
        "as",
        "name",
        "email",
        "mobile",
        "external_reference",
    ),
}
STEPS = {
    "cancel": {"by": "office"},
    "reschedule": {"start": START},
    "mode": {"mode": "phone"},
    "outcome": {"status": "noshow"},
    "handover": {},
    "join": {"as": "client"},
}


def calls():
    """(route, method) of every address that names something."""
    for pattern in urlpatterns:
        view = getattr(pattern.callback, "view_class", None)
        for method in METHODS if pattern.pattern.converters else ():
            if hasattr(view, method):
                yield str(pattern.pattern), method


@pytest.fixture
def theirs(world):
    """What another office has, by the name under which it is asked for."""
    office = factories.office()
    service = factories.service(office)
    worker = factories.caseworker(office, service)
    factories.opening(worker)
    appointment = factories.appointment(worker)
    common = {"office": office, "service": service, "mode": "video", "now": NOW}
    hold = booking.hold(start=utc("2026-03-10 09:00"), session="key:1:a", **common)
    place = Location.objects.create(office=office, name="Haus am Markt", address="Marktplatz 1")
    return {
        "appointments/": {"uid": appointment.uid},
        "holds/": {"pk": hold.pk},
        "clients/": {"pk": appointment.client_id},
        "calendars/": {"pk": worker.pk},
        "service": service.pk,
        "caseworker": worker.pk,
        "team": worker.team_id,
        "location": place.pk,
        "hold": hold.pk,
        "client": appointment.client_id,
        "id": appointment.client_id,
    }


def state():
    rows = Appointment.objects.order_by("pk").values_list("pk", "status", "sequence", "start")
    return list(rows), Hold.objects.count(), list(Client.objects.order_by("pk").values_list("name", "email"))


@pytest.mark.parametrize(("route", "method"), list(calls()), ids=lambda value: value)
def test_another_offices_thing_is_not_there(world, theirs, route, method):
    ids = next(ids for begin, ids in theirs.items() if isinstance(ids, dict) and route.startswith(begin))
    path, before = re.sub(r"<\w+:(\w+)>", lambda part: str(ids[part[1]]), route), state()
    caller, body = caller_of(world[0]), STEPS.get(route.rpartition("/")[2], {})
    answer = caller.get(path, **WINDOW) if method == "get" else caller.send(method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert state() == before


def own(world, path):
    """A query or body of this address with which there is nothing wrong."""
    wish = {"service": str(world[1].pk), "start": START, "mode": "on_site"}
    known = {
        "get slots": {"service": str(world[1].pk), **WINDOW},
        "get appointments": {},
        "get clients": {},
        "get utilisation": WINDOW,
        "get calendars/{pk}/freebusy": WINDOW,
        "post holds": wish,
        "post appointments": {**wish, "client": {"name": "Kim Beispiel", "email": "kim@post.example"}},
        "patch clients/{pk}": {},
    }
    step = path.rpartition("/")[2]
    return known[path] if path in known else STEPS[step]


def named(found, schemas):
    """The members of a query or body: what is not known here yet must be thought of."""
    parameters = {one["name"] for one in found.get("parameters", ()) if one["in"] == "query"}
    body = found.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    members = schemas[body["$ref"].rpartition("/")[2]]["properties"] if "$ref" in body else {}
    return parameters | set(members)


def test_another_offices_ids_in_queries_and_bodies_are_not_there(world, theirs, api):
    described = json.loads(api.client.get("/api/v1/schema?format=json").content)
    mine = factories.appointment(world[2], start=utc("2026-03-10 10:00"))
    paths = {"{uid}": str(mine.uid), "{pk}": str(mine.client_id), "{id}": str(mine.client_id)}
    asked, before = set(), state()
    for path, methods in described["paths"].items():
        for method, found in methods.items():
            where = f"{method} {path.removeprefix('/api/v1/')}"
            members = named(found, described["components"]["schemas"]) if not path.endswith("schema") else ()
            assert set(members) <= IDS | PLAIN, where
            for name in sorted(IDS & set(members)):
                values = {**own(world, where), name: foreign(name, theirs, method)}
                address = re.sub(r"\{\w+\}", lambda part: paths[part[0]], where.split(" ")[1])
                answer = api.get(address, **values) if method == "get" else api.send(method, address, values)
                assert answer.status_code == 404, (where, name, answer.content)
                asked.add((where, name))
    assert {name for _, name in asked} == IDS - {"id"}
    assert len(asked) >= 12
    assert state() == before


def foreign(name, theirs, method):
    """In bodies a client is an object that may name her by id."""
    value = str(theirs[name])
    return {"id": value} if name == "client" and method != "get" else value


def test_another_offices_hold_is_none_and_stays(world, theirs, api):
    """A hold that is over counts as none, too, so that a booking can be sent again."""
    values = {**own(world, "post appointments"), "hold": str(theirs["hold"])}
    assert api.post("appointments", values).status_code == 201
    assert Hold.objects.get().pk == theirs["hold"]


def test_an_id_that_nobody_has_is_not_there_either(world, api):
    assert api.get(f"appointments/{uuid.uuid4()}").status_code == 404
    assert api.send("delete", f"holds/{uuid.uuid4()}").status_code == 404
