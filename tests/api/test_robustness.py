"""What the API does with repeats, rivals, floods and nonsense."""

import json

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.request import Request

from api.problems import handler
from scheduler.models import Client
from tests import factories
from tests.api.conftest import caller_of
from tests.api.test_api import NINE, slots, wish
from tests.factories import utc


def test_a_repeated_key_makes_no_second_client(world, api):
    nameless = wish(world, client={"name": "Kim Beispiel"})
    for expected in (201, 200):
        assert api.post("appointments", nameless, **{"Idempotency-Key": "a"}).status_code == expected
    assert Client.objects.count() == 1


def test_a_program_keeps_to_the_limit_per_client(world, api):
    known = factories.client(world[0])
    for hour, status in (("08", 201), ("09", 201), ("10", 409)):
        asked = wish(world, client={"id": str(known.pk)}, start=f"2026-03-10T{hour}:00:00Z")
        answer = api.post("appointments", asked)
        assert answer.status_code == status
    assert answer.json()["code"] == "limit_reached"


def test_a_refused_booking_leaves_no_client(world, api):
    factories.appointment(world[2])
    before = Client.objects.count()
    assert api.post("appointments", wish(world)).status_code == 409
    assert Client.objects.count() == before


@pytest.mark.parametrize(("body", "status", "code"), [
    ("x" * 100_000, 413, "too_large"), ("[" * 50_000, 400, "parse_error"), ("[]", 400, "parse_error"),
    ('{"service": NaN}', 400, "parse_error"), ("{", 400, "parse_error"), ('"\\ud800"', 400, "parse_error"),
])  # fmt: skip
def test_bodies_that_are_no_small_objects_are_refused(world, api, body, status, code):
    answer = api.client.post("/api/v1/appointments", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_body_beyond_what_is_read_at_all_is_too_large(world, api):
    answer = api.client.post("/api/v1/appointments", "x" * 2_700_000, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    answer = handler(SuspiciousOperation("odd"), {"request": None})
    assert answer.status_code == 400


@pytest.mark.parametrize("query", [
    {"mode": "telepathy"}, {"language": "x" * 65}, {"interpreter": "\x00"},
])  # fmt: skip
def test_odd_words_in_a_query_are_named(world, api, query):
    assert slots(api, world, **query).status_code == 400


def test_a_null_byte_finds_nobody(api):
    assert api.get("clients", external_reference="\x00").status_code == 400


def test_an_unknown_address_is_a_problem_too(api):
    answer = api.get("nowhere")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_protected_clients_do_not_show_through(world, api):
    hidden = factories.client(world[0], protected=True, external_reference="A1")
    appointment = factories.appointment(world[2], hidden)
    assert api.get(f"appointments/{appointment.uid}").json()["client"] is None
    assert api.get(f"clients/{hidden.pk}").status_code == 404
    assert api.get("clients", external_reference="A1").json()["results"] == []


def test_joining_without_jitsi_leads_to_the_stand_in(world, api, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.start)
    url = api.post(f"appointments/{appointment.uid}/join", {"as": "caseworker"}).json()["url"]
    assert url.startswith("http://localhost:8000/t/")
    assert url.endswith("/join/")


def test_nobody_joins_as_a_client_who_was_erased(world, api, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.end)
    assert api.send("delete", f"clients/{appointment.client_id}").status_code == 204
    assert api.post(f"appointments/{appointment.uid}/join", {"as": "client"}).status_code == 404


def test_pages_go_on_where_they_ended_in_order_of_start(world, api):
    for hour in (10, 8, 9):
        factories.appointment(world[2], start=utc(f"2026-03-10 {hour:02}:00"))
    found, answer = [], api.get("appointments", limit=1).json()
    while True:
        found += [row["start"] for row in answer["results"]]
        if answer["next"] is None:
            break
        answer = json.loads(api.client.get(answer["next"]).content)
    assert found == [f"2026-03-10T{hour}:00:00Z" for hour in ("08", "09", "10")]


def test_writes_are_limited_per_key_and_reads_are_not(world, settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"write": "2/day"}}
    busy, other = caller_of(world[0]), caller_of(world[0])
    answers = [busy.post("holds") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert other.post("holds").status_code == 400
    assert busy.get("services").status_code == 200


def test_no_session_and_no_cookie(world, api):
    with CaptureQueriesContext(connection) as seen:
        answer = slots(api, world)
    assert not answer.cookies
    assert not any("django_session" in query["sql"] for query in seen)
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_the_search_costs_the_same_for_many_caseworkers(world, api, django_assert_max_num_queries):
    authentication = 2
    for _ in range(5):
        factories.opening(factories.caseworker(world[0], world[1]))
    with django_assert_max_num_queries(authentication + 5):
        body = slots(api, world).json()
    assert len(body["slots"][0]["caseworkers"]) == 6


def test_the_limit_cuts_and_says_where_to_go_on(world, api):
    body = slots(api, world, limit=1).json()
    assert ([slot["start"] for slot in body["slots"]], body["next_after"]) == ([NINE], NINE)
    assert slots(api, world, limit=3).json()["next_after"] is None


def test_our_own_faults_are_problems_too(rf, caplog):
    answer = handler(ZeroDivisionError("by zero"), {"request": Request(rf.get("/api/v1/services"))})
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert "ZeroDivisionError" in caplog.text
    assert b"zero" not in answer.content
