"""API v1: who may call, what is answered, how refusals look."""

from datetime import date, timedelta

import pytest

from scheduler.models import Appointment, Client, Hold
from tests import factories
from tests.api.conftest import Caller, caller_of
from tests.factories import NOW, utc

NINE = "2026-03-10T08:00:00Z"
WINDOW = {"from": "2026-03-10", "to": "2026-03-11"}


def wish(world, **fields):
    return {
        "service": str(world[1].pk),
        "start": NINE,
        "mode": "video",
        "client": {"name": "Kim Beispiel", "email": "kim@post.example"},
        **fields,
    }


def slots(api, world, **query):
    return api.get("slots", **{"service": world[1].pk, **WINDOW, **query})


class TestWhoMayCall:
    def test_without_a_key_nobody(self, world):
        answer = Caller("").get("services")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_a_wrong_revoked_or_expired_key_nobody(self, world):
        assert Caller("sz_wrong").get("services").status_code == 401
        for fields in ({"revoked_at": NOW}, {"expires_at": NOW}, {"addresses": ["10.0.0.0/8"]}):
            assert caller_of(world[0], **fields).get("services").status_code == 401

    def test_scopes_are_kept(self, world):
        reader = caller_of(world[0], "read")
        assert reader.get("services").status_code == 200
        assert reader.post("appointments", wish(world)).json()["code"] == "permission_denied"
        assert reader.get("utilisation", **{"from": "2026-03-01", "to": "2026-04-01"}).status_code == 403


class TestSlots:
    def test_free_times_with_those_who_could_take_them(self, world, api):
        body = slots(api, world).json()
        assert [slot["start"] for slot in body["slots"]] == [
            "2026-03-10T08:00:00Z",
            "2026-03-10T09:00:00Z",
            "2026-03-10T10:00:00Z",
        ]
        assert body["slots"][0]["caseworkers"] == [str(world[2].pk)]
        assert slots(api, world, limit=1).json()["next_after"] == "2026-03-10T08:00:00Z"

    @pytest.mark.parametrize("query", [
        {"from": ""}, {"from": "25:61"}, {"to": "9999-12-31"}, {"to": "2026-03-09"}, {"to": "2026-12-01"},
        {"caseworker": "💥"}, {"limit": "-1"}, {"limit": "0"},
    ])  # fmt: skip
    def test_nonsense_is_named(self, world, api, query):
        answer = slots(api, world, **query)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_unknown_ids_are_404(self, world, api):
        for query in ({"service": "999999"}, {"service": "💥"}, {"caseworker": "999999"}, {"team": "999999"}):
            answer = slots(api, world, **query)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
            assert answer.json()["detail"] == f"There is no such {next(iter(query))}."

    @pytest.mark.parametrize("query", [WINDOW, {"service": "", **WINDOW}])
    def test_a_search_without_a_service_is_told_so(self, api, query):
        answer = api.get("slots", **query)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["service"])

    def test_few_statements_for_one_day_and_for_a_month(self, world, api, django_assert_max_num_queries):
        authentication = 2
        for query in ({}, {"to": "2026-04-07"}, {"caseworker": world[2].pk}):
            with django_assert_max_num_queries(authentication + 4):
                slots(api, world, **query)


class TestBooking:
    def test_booking_answers_the_appointment(self, world, api):
        answer = api.post("appointments", wish(world))
        body = answer.json()
        assert answer.status_code == 201
        assert (body["start"], body["status"], body["sequence"]) == (NINE, "booked", 0)
        assert body["client"]["name"] == "Kim Beispiel"
        assert body["links"]["client"].startswith("http://localhost:8000/t/")
        assert api.get(f"appointments/{body['uid']}").json()["uid"] == body["uid"]

    def test_the_same_key_and_body_is_the_same_appointment(self, world, api):
        first = api.post("appointments", wish(world), **{"Idempotency-Key": "a"})
        again = api.post("appointments", wish(world), **{"Idempotency-Key": "a"})
        other = api.post("appointments", wish(world, note="x"), **{"Idempotency-Key": "a"})
        assert (first.status_code, again.status_code, other.status_code) == (201, 200, 422)
        assert first.json()["uid"] == again.json()["uid"]
        assert other.json()["code"] == "idempotency_mismatch"

    def test_a_taken_time_is_409_with_three_alternatives(self, world, api):
        factories.appointment(world[2])
        answer = api.post("appointments", wish(world))
        assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
        assert len(answer.json()["alternatives"]) == 3
        assert Appointment.objects.count() == 1

    def test_off_the_offer_only_with_scope_and_word(self, world):
        odd = wish(world, start="2026-03-11T15:05:00Z", special=True, caseworker=str(world[2].pk))
        assert caller_of(world[0], "book").post("appointments", odd).status_code == 403
        able = caller_of(world[0], "book", "book_any")
        plain = able.post("appointments", {**odd, "special": False})
        assert (plain.status_code, plain.json()["code"]) == (409, "not_offered")
        assert able.post("appointments", odd).json()["warnings"] == ["outside_openings"]

    def test_a_special_appointment_lies_within_a_year(self, world, api):
        far = wish(world, start="2099-03-11T15:00:00Z", special=True, caseworker=str(world[2].pk))
        answer = api.post("appointments", far)
        assert (answer.status_code, answer.json()["errors"]) == (400, {"start": [{"code": "too_far"}]})
        assert not Appointment.objects.exists()

    @pytest.mark.parametrize("change", [
        {"start": "yesterday"}, {"start": "2026-02-24T08:00:00Z"}, {"start": "9999-01-01T00:00:00Z"},
        {"mode": "telepathy"}, {"client": {}}, {"client": {"name": "x" * 10_000}},
        {"client": {"name": "Kim", "mobile": "06152 12345"}}, {"client": {"name": "Kim", "email": "no"}},
        {"client": []}, {"note": "x" * 501}, {"hold": "💥"},
    ])  # fmt: skip
    def test_nonsense_is_400_and_changes_nothing(self, world, api, change):
        answer = api.post("appointments", wish(world, **change))
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert not Appointment.objects.exists()
        assert not Client.objects.exists()

    def test_a_hold_becomes_an_appointment(self, world, api):
        kept = api.post("holds", {"service": str(world[1].pk), "start": NINE, "mode": "video"})
        assert kept.status_code == 201
        assert api.post("appointments", wish(world)).status_code == 409
        assert api.post("appointments", wish(world, hold=kept.json()["id"])).status_code == 201

    def test_holds_of_one_key_stand_side_by_side_and_are_given_back(self, world, api):
        for hour in ("08", "09"):
            wanted = {"service": str(world[1].pk), "start": f"2026-03-10T{hour}:00:00Z", "mode": "video"}
            kept = api.post("holds", wanted)
        assert Hold.objects.count() == 2
        assert caller_of(world[0]).send("delete", f"holds/{kept.json()['id']}").status_code == 404
        assert api.send("delete", f"holds/{kept.json()['id']}").status_code == 204

    def test_a_known_reference_is_the_known_client(self, world, api):
        reference = {"name": "Kim", "external_reference": "A1", "email": "kim@post.example"}
        api.post("appointments", wish(world, client=reference))
        other = {**reference, "email": "new@post.example"}
        api.post("appointments", wish(world, client=other, start="2026-03-10T09:00:00Z"))
        found = api.get("clients", external_reference="A1").json()["results"]
        assert [row["email"] for row in found] == ["kim@post.example"]
        assert found[0]["differing_contact"]["email"] == "new@post.example"


class TestSteps:
    @pytest.fixture
    def appointment(self, world):
        return factories.appointment(world[2])

    def test_moving_cancelling_and_what_the_lifecycle_forbids(self, api, appointment):
        path = f"appointments/{appointment.uid}"
        moved = api.post(f"{path}/reschedule", {"start": "2026-03-10T09:00:00Z"})
        assert moved.json()["sequence"] == 1
        assert api.post(f"{path}/mode", {"mode": "phone"}).json()["mode"] == "phone"
        stale = api.post(f"{path}/cancel", {"by": "client"}, **{"If-Match": "0"})
        assert (stale.status_code, stale.json()["sequence"]) == (412, 2)
        done = api.post(f"{path}/cancel", {"by": "client", "reason": "hindered"}, **{"If-Match": '"2"'})
        assert done.json()["cancelled"]["by"] == "client"
        again = api.post(f"{path}/cancel", {"by": "client"})
        assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")

    def test_an_outcome_before_the_start_is_refused(self, api, appointment, clock):
        path = f"appointments/{appointment.uid}/outcome"
        assert api.post(path, {"status": "fulfilled"}).json()["code"] == "too_early"
        clock.to(appointment.end)
        assert api.post(path, {"status": "fulfilled"}).json()["status"] == "fulfilled"
        assert api.post(path, {"status": "missed"}).status_code == 400

    def test_a_cancelled_talk_never_gets_an_outcome(self, api, appointment):
        path = f"appointments/{appointment.uid}"
        api.post(f"{path}/cancel", {"by": "office"})
        answer = api.post(f"{path}/outcome", {"status": "fulfilled"})
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")

    def test_joining_says_when_the_door_opens(self, api, appointment, clock):
        path = f"appointments/{appointment.uid}/join"
        closed = api.post(path, {"as": "client"})
        assert (closed.status_code, closed.json()["opens_at"]) == (409, "2026-03-10T07:45:00Z")
        clock.to(appointment.start)
        assert api.post(path, {"as": "client"}).json()["room"] == appointment.room

    def test_handing_over(self, api, appointment, world):
        colleague = factories.caseworker(world[0], world[1])
        answer = api.post(f"appointments/{appointment.uid}/handover", {"caseworker": str(colleague.pk)})
        assert answer.json()["caseworker"]["id"] == str(colleague.pk)

    def test_the_list_costs_the_same_for_many(self, api, appointment, world, django_assert_max_num_queries):
        for hour in (9, 10):
            factories.appointment(world[2], start=utc(f"2026-03-10 {hour:02}:00"))
        with django_assert_max_num_queries(4):
            rows = api.get("appointments", **WINDOW).json()["results"]
        assert len(rows) == 3
        assert api.get("appointments", status="cancelled").json()["results"] == []
        assert api.get("appointments", updated_since="gestern").status_code == 400


def test_clients_are_changed_and_erased(world, api):
    client = factories.client(world[0])
    changed = api.send("patch", f"clients/{client.pk}", {"name": "Robin", "email": "new@post.example"}).json()
    assert (changed["name"], changed["email"]) == ("Robin", client.email)
    assert api.send("delete", f"clients/{client.pk}").status_code == 204
    assert api.get(f"clients/{client.pk}").status_code == 404


def test_busy_times_have_no_names(world, api):
    appointment = factories.appointment(world[2])
    text = api.get(f"calendars/{world[2].pk}/freebusy", **WINDOW).content.decode()
    assert "20260310T080000Z/20260310T090000Z" in text
    assert appointment.client.name not in text


class TestFiguresThatLeaveTheTeam:
    def test_a_team_under_three_is_not_shown(self, world, api):
        answer = api.get("utilisation", **{"from": "2026-03-01", "to": "2026-04-01"})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    def test_counts_are_rounded_and_rates_need_twenty(self, world, api):
        for _ in range(2):
            factories.caseworker(world[0], world[1])
        factories.appointment(world[2])
        figures = api.get("utilisation", **{"from": "2026-03-01", "to": "2026-04-01"}).json()["figures"]
        assert figures["offered_minutes"] == 5 * 135
        assert figures["booked_minutes"] == 45
        assert set(figures["people"].values()) == {0}
        assert figures["rates"]["noshow_rate"] is None

    def test_only_whole_weeks_or_months(self, world, api):
        first = date(2026, 3, 3)
        answer = api.get("utilisation", **{"from": str(first), "to": str(first + timedelta(days=5))})
        assert answer.status_code == 400


@pytest.mark.parametrize("path", ["services", "caseworkers", "teams", "locations"])
def test_lists_answer_pages(world, api, path):
    body = api.get(path).json()
    assert set(body) == {"results", "next"}


def test_the_description_is_openapi_31(world, api):
    text = api.get("schema").content.decode()
    assert text.startswith("openapi: 3.1")
    assert api.get("docs").status_code == 200


def test_an_answer_to_a_program_says_how_long_it_is_and_lets_nothing_run(api):
    answer = api.get("services")
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
