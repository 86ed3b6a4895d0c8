"""Personal links: short, derived, revocable; whatever is not ours is refused in the same way."""

import base64
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler import links, policies
from scheduler.errors import LinkExpired, LinkInvalid
from scheduler.models import Participant
from tests import factories
from tests.factories import NOW

OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


@pytest.fixture
def participant(db):
    office = factories.office()
    who = factories.caseworker(office, factories.service(office))
    factories.opening(who)
    return factories.appointment(who).one("client")


def replaced(text: str, at: int) -> str:
    other = "A" if text[at] != "A" else "B"
    at %= len(text)
    return text[:at] + other + text[at + 1 :]


def test_a_link_leads_back_to_its_person_with_all_that_a_page_needs(
    participant, settings, django_assert_num_queries
):
    with django_assert_num_queries(1):
        found = links.resolve(links.token(participant), NOW)
        names = (found.office.name, found.appointment.service.slug, found.appointment.caseworker.display_name)
    assert found == participant
    assert all(names)
    assert links.url(participant) == f"{settings.PUBLIC_BASE_URL}/t/{links.token(participant)}"


@pytest.mark.parametrize("pk", [1, 61, 62, 10**6, 62**7, 62**8 - 1])
def test_a_link_stays_short_and_plain(pk):
    text = links.token(SimpleNamespace(pk=pk, generation=0))
    assert len(text) <= links.LONGEST
    assert text.isascii()
    assert text.isalnum()


def test_every_single_change_of_a_link_is_refused(participant):
    good = links.token(participant)
    for at in range(len(good)):
        with pytest.raises(LinkInvalid):
            links.resolve(replaced(good, at), NOW)


def test_a_link_never_opens_for_another_person(participant):
    colleague = participant.appointment.one("caseworker")
    mine, hers = links.token(participant), links.token(colleague)
    assert mine[-links.SIGNATURE :] != hers[-links.SIGNATURE :]
    with pytest.raises(LinkInvalid):
        links.resolve(hers[: -links.SIGNATURE] + mine[-links.SIGNATURE :], NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "p",
        "p1",
        "p1" + "0" * 14,
        "p1" + "a" * 22,
        "p9" + "0" * 16,
        "x11" + "0" * 14,
        "😀" * 10,
        "p1😀" + "0" * 14,
        "p1²" + "0" * 14,
        "p1" + "z" * 8 + "0" * 14,
        "a" * 10_000,
        "../../../../etc/passwd",
        "p1%2e%2e/0000000000000",
        "p1;drop table;0000000",
        "p1\x00" + "0" * 14,
        "p1 \n" + "0" * 14,
    ],
)
@pytest.mark.django_db
def test_whatever_is_no_link_is_refused(text):
    with pytest.raises(LinkInvalid):
        links.resolve(text, NOW)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_links(text):
    try:
        links._number(text)
    except ValueError:
        assert not (text.isascii() and text.isalnum())


def test_a_new_generation_revokes_what_was_sent(participant):
    old = links.token(participant)
    Participant.objects.filter(pk=participant.pk).update(generation=1)
    participant.refresh_from_db()
    with pytest.raises(LinkInvalid):
        links.resolve(old, NOW)
    assert links.resolve(links.token(participant), NOW) == participant


def test_revoking_one_person_leaves_the_others_alone(participant):
    Participant.objects.filter(pk=participant.pk).update(revoked_at=NOW)
    with pytest.raises(LinkInvalid) as refused:
        links.resolve(links.token(participant), NOW)
    assert refused.value.values["revoked"] is True
    assert links.resolve(links.token(participant.appointment.one("caseworker")), NOW)


def test_a_link_works_until_its_last_moment_and_not_longer(participant):
    last = policies.link_until(participant.appointment)
    assert links.resolve(links.token(participant), last) == participant
    with pytest.raises(LinkExpired):
        links.resolve(links.token(participant), last + timedelta(seconds=1))


def test_a_forged_link_never_learns_that_the_time_is_over(participant):
    late = policies.link_until(participant.appointment) + timedelta(days=1)
    with pytest.raises(LinkInvalid):
        links.resolve(replaced(links.token(participant), -1), late)


def test_the_first_key_signs_and_older_keys_still_verify(participant, settings):
    settings.LINK_KEYS = f"1:{OLD}"
    old = links.token(participant)
    settings.LINK_KEYS = f"2:{NEW},1:{OLD}"
    assert links.token(participant).startswith("p2")
    assert links.resolve(old, NOW) == participant
    settings.LINK_KEYS = f"2:{NEW}"
    with pytest.raises(LinkInvalid):
        links.resolve(old, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "1",
        "1:",
        f"x:{OLD}",
        f"12:{OLD}",
        f"²:{OLD}",
        "1:no base64!",
        "1:c2hvcnQ=",
        f"1:{OLD},1:{NEW}",
        f"1:{OLD},2:c2hvcnQ=",
    ],
)
def test_a_malformed_key_ring_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        links.key_ring(text)
