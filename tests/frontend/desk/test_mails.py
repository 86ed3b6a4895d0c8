"""Each member of staff chooses which mails she gets."""

import pytest

from notifications.to_staff import CHOICES


@pytest.mark.parametrize("wanted", [[], ["staff_booked"], ["staff_booked", "staff_waits"]])
def test_what_is_ticked_is_sent(desk, world, wanted):
    assert desk.get("/desk/mails/").context["form"].fields["wanted"].initial == list(CHOICES[:-1])
    assert desk.post("/desk/mails/", {"wanted": wanted}).status_code == 302
    world[2].user.refresh_from_db()
    assert set(CHOICES[:-1]) - set(world[2].user.muted_kinds) == set(wanted)
    assert "digest" not in world[2].user.muted_kinds
    assert desk.get("/desk/mails/").context["form"].fields["wanted"].initial == wanted


@pytest.mark.parametrize("wanted", [["account"], ["digest"], ["💥"], ["x" * 10_000]])
def test_what_is_not_offered_is_refused(desk, world, wanted):
    assert desk.post("/desk/mails/", {"wanted": wanted}).status_code == 422
    world[2].user.refresh_from_db()
    assert world[2].user.muted_kinds == []


def test_a_stranger_is_led_to_signing_in(client, world):
    assert client.get("/desk/mails/").status_code == 302
