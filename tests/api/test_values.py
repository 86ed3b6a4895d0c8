"""Values of the wrong kind are refused, not guessed at."""

import pytest

from scheduler.models import Appointment, Hold

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


@pytest.mark.parametrize("name", [0, 1.5, True, [], {}, None, "", "x" * 10_000])
def test_a_name_is_a_text(world, api, name):
    answer = api.post("appointments", _wish(world, client={**CLIENT, "name": name}))
    assert answer.status_code == 400
    assert not Appointment.objects.exists()
