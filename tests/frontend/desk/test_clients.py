"""How a client may be reached is settled on her card: contacts, consents, the safe-contact flag."""

import pytest

from scheduler.models import Client, Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_row(world):
    """Ours, who named another address when she booked."""
    return factories.client(
        world[0],
        caseworker=world[2],
        email="kim@post.example",
        mobile="+4915112345678",
        offered_email="kim@neu.example",
    )


def settle(desk, row, step):
    answer = desk.post(f"/desk/clients/{row.pk}/contact/", {"step": step})
    row.refresh_from_db()
    return answer


def agreed(row):
    return sorted(row.consents.filter(withdrawn_at=None).values_list("channel", flat=True))


def test_a_differing_address_is_taken_or_dropped_by_staff(desk, client_row):
    assert "kim@neu.example" in desk.get(f"/desk/clients/{client_row.pk}/").content.decode()
    settle(desk, client_row, "take:email")
    assert (client_row.email, client_row.offered_email) == ("kim@neu.example", None)
    Client.objects.filter(pk=client_row.pk).update(offered_mobile="+4915187654321")
    settle(desk, client_row, "drop:mobile")
    assert (client_row.mobile, client_row.offered_mobile) == ("+4915112345678", None)
    verbs = Event.objects.filter(subject=f"client:{client_row.pk}").values_list("verb", flat=True)
    assert {"contact.taken", "contact.dropped"} <= set(verbs)


def test_what_nobody_named_is_not_taken(desk, client_row):
    settle(desk, client_row, "take:mobile")
    assert client_row.mobile == "+4915112345678"


def test_a_consent_is_noted_and_withdrawn_by_channel(desk, client_row):
    before = agreed(client_row)
    settle(desk, client_row, "withdraw:email")
    assert agreed(client_row) == [channel for channel in before if channel != "email"]
    settle(desk, client_row, "agree:email")
    settle(desk, client_row, "agree:email")
    assert agreed(client_row).count("email") == 1


def test_the_safe_contact_flag_stops_all_messages_and_is_lifted(desk, client_row):
    settle(desk, client_row, "silence:on")
    assert client_row.no_messages
    assert 'value="silence:off"' in desk.get(f"/desk/clients/{client_row.pk}/").content.decode()
    settle(desk, client_row, "silence:off")
    assert not client_row.no_messages


@pytest.mark.parametrize(
    "step", ["", "take", "take:name", "agree:fax", "silence", "erase:email", "take:email:x"]
)
def test_a_step_that_there_is_not_changes_nothing(desk, client_row, step):
    before = (Client.objects.filter(pk=client_row.pk).values().get(), agreed(client_row))
    assert settle(desk, client_row, step).status_code == 302
    assert (Client.objects.filter(pk=client_row.pk).values().get(), agreed(client_row)) == before


def test_a_client_of_another_circle_or_office_is_not_settled(desk, world):
    stranger = factories.client(factories.office(), email="a@post.example", offered_email="b@post.example")
    hidden = factories.client(world[0], protected=True, offered_email="b@post.example")
    for row in (stranger, hidden):
        assert settle(desk, row, "take:email").status_code == 404
        assert row.offered_email == "b@post.example"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Bitte füllen Sie das aus."),
        ({"name": "Kim\0"}, "Hier steht ein Zeichen, das nicht gezeigt werden kann."),
        ({"email": "x" * 300}, "Das ist zu lang: höchstens 254 Zeichen."),
        ({"language": "xx"}, "Bitte wählen Sie aus der Liste."),
    ],
)
def test_what_a_form_of_the_desk_refuses_is_said_plainly(desk, typed, said):
    entry = {"name": "Ada Muster", "email": "ada@post.example", "language": "de", **typed}
    answer = desk.post("/desk/clients/new/", entry)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Client.objects.exists()
