"""Values of the wrong kind are refused, not guessed at."""

import pytest

from scheduler.models import Appointment, Hold, Location
from tests import factories

CLIENT = {"name": "Ada Beispiel", "email": "ada@people.example"}


def _wish(world, **change):
    wish = {"service": str(world[1].pk), "start": "2026-03-10T08:00:00Z", "mode": "video", "client": CLIENT}
    return {**wish, **change}


@pytest.mark.parametrize("start", ["2026-03-10T08:00:00", "2026-03-10", 1773129600, True, None])
def test_a_start_without_an_offset_is_refused(world, api, start):
    for path in ("appointments", "holds"):
        answer = api.post(path, _wish(world, start=start))
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["start"])
    assert not Appointment.objects.exists()
    assert not Hold.objects.exists()


def test_a_start_with_another_offset_is_the_same_instant(world, api):
    answer = api.post("appointments", _wish(world, start="2026-03-10T09:00:00+01:00"))
    assert answer.json()["start"] == "2026-03-10T08:00:00Z"


def test_a_part_of_a_second_is_off_the_grid(world, api):
    for path in ("appointments", "holds"):
        answer = api.post(path, _wish(world, start="2026-03-10T08:00:00.900Z"))
        assert (answer.status_code, answer.json()["code"]) == (409, "not_offered")
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("name", [0, 1.5, True, [], {}, None, "", "x" * 10_000])
def test_a_name_is_a_text(world, api, name):
    answer = api.post("appointments", _wish(world, client={**CLIENT, "name": name}))
    assert answer.status_code == 400
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("length", [255, 320, 10_000])
def test_an_address_that_no_column_holds_is_refused(world, api, length):
    long = "a" * 60 + "@" + ("b" * 59 + ".") * (length // 60) + "b" * 60 + ".example"
    client = factories.client(world[0])
    booked = api.post("appointments", _wish(world, client={**CLIENT, "email": long[:length]}))
    changed = api.send("patch", f"clients/{client.pk}", {"email": long[:length]})
    assert (booked.status_code, changed.status_code) == (400, 400)
    assert not Appointment.objects.exists()


def test_an_address_of_one_machine_alone_is_refused_as_any_other_bad_one(world, api):
    errors = [
        api.post("appointments", _wish(world, client={**CLIENT, "email": email})).json()["errors"]
        for email in ("kim@localhost", "no address")
    ]
    assert errors[0] == errors[1]
    assert not Appointment.objects.exists()


def test_the_same_address_in_other_letters_is_no_other_contact(world, api):
    client = factories.client(world[0], name=CLIENT["name"], email=CLIENT["email"])
    shouted = CLIENT["email"].title()
    api.post("appointments", _wish(world, client={**CLIENT, "email": shouted}))
    changed = api.send("patch", f"clients/{client.pk}", {"email": shouted}).json()
    assert changed["differing_contact"] == {"email": None, "mobile": None}
    assert Appointment.objects.get().client == client


def test_a_new_address_is_kept_in_small_letters(world, api):
    api.post("appointments", _wish(world, client={**CLIENT, "email": "Ada@People.Example"}))
    assert Appointment.objects.get().client.email == CLIENT["email"]


@pytest.mark.parametrize("mode", ["video", "phone"])
def test_only_a_talk_on_site_has_a_place(world, api, mode):
    place = Location.objects.create(office=world[0], name="Haus am Markt", address="Marktplatz 1")
    answer = api.post("appointments", _wish(world, mode=mode, location=str(place.pk)))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["location"])
    booked = api.post("appointments", _wish(world, mode="on_site", location=str(place.pk)))
    assert booked.json()["location"] == str(place.pk)


@pytest.mark.parametrize("tag", ["xx", "Deutsch", "d", "de_DE", "💥", "de-"])
def test_what_is_no_language_is_refused(world, api, tag):
    client = factories.client(world[0])
    booked = api.post("appointments", _wish(world, client={**CLIENT, "language": tag}))
    changed = api.send("patch", f"clients/{client.pk}", {"language": tag})
    assert (booked.status_code, list(booked.json()["errors"]["client"])) == (400, ["language"])
    assert (changed.status_code, list(changed.json()["errors"])) == (400, ["language"])


@pytest.mark.parametrize("tag", ["de", "pt-BR", "ti", "gsg", "zh-Hans"])
def test_a_language_that_the_pages_do_not_speak_is_still_one(world, api, tag):
    booked = api.post("appointments", _wish(world, client={**CLIENT, "language": tag}))
    assert (booked.status_code, booked.json()["language"]) == (201, tag)


@pytest.mark.parametrize("path", ["appointments", "holds"])
def test_a_wish_without_a_service_is_refused_by_name(world, api, path):
    without = {name: value for name, value in _wish(world).items() if name != "service"}
    for wish in (without, {**without, "service": None}, {**without, "service": ""}):
        answer = api.post(path, wish)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["service"])
    assert api.post(path, _wish(world, service="999999")).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"email": None}, {"mobile": None}, {"language": None}, {"mobile": ""}, {"e_mail": "a@b.example"}],
)
def test_a_change_that_would_change_nothing_is_refused_by_name(world, api, change):
    client = factories.client(world[0])
    changed = api.send("patch", f"clients/{client.pk}", {"name": "Robin", **change})
    assert (changed.status_code, list(changed.json()["errors"])) == (400, list(change))
    client.refresh_from_db()
    assert client.name != "Robin"
