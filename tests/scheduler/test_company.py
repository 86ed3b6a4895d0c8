"""Who else takes part: each has an own link, which ends without touching the others."""

from datetime import timedelta

import pytest

from scheduler import conference, links, policies
from scheduler.errors import IllegalTransition, Invalid, LimitReached, LinkInvalid, SlotTaken
from scheduler.events import Actor
from scheduler.models import Absence, Allocation, Appointment, Participant
from scheduler.queries import agenda, company
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db
STAFF = Actor("user", "1")
TEN, NINE = utc("2026-03-10 09:00"), utc("2026-03-10 08:00")
EVERYBODY = ["client", "caseworker", "second", "interpreter", "companion"]


@pytest.fixture
def world():
    office = factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    return worker, factories.caseworker(office, worker.services.get()), factories.interpreter(office, "uk")


@pytest.fixture
def appointment(world):
    return factories.appointment(world[0])


def with_company(appointment, world) -> dict[str, Participant]:
    """All roles that there are."""
    common = {"appointment": appointment, "by": STAFF, "now": NOW}
    return {
        "client": appointment.one("client"),
        "caseworker": appointment.one("caseworker"),
        "second": booking.add_caseworker(caseworker=world[1], **common),
        "interpreter": booking.add_interpreter(interpreter=world[2], language="uk", **common),
        "companion": booking.add_companion(name="  Alex   Beistand ", **common),
    }


def works(link, moment=NINE):
    try:
        return bool(conference.mint(links.resolve(link, moment), moment))
    except LinkInvalid:
        return False


def test_everybody_has_an_own_link_and_an_own_token(appointment, world):
    people = with_company(appointment, world)
    sent = {name: links.token(person) for name, person in people.items()}
    assert len(set(sent.values())) == 5
    tokens = {conference.mint(links.resolve(link, NINE), NINE).token for link in sent.values()}
    assert len(tokens) == 5
    assert people["companion"].name == "Alex Beistand"


@pytest.mark.parametrize("name", ["second", "interpreter", "companion"])
def test_one_who_is_removed_takes_no_other_link_along(appointment, world, name):
    people = with_company(appointment, world)
    sent = {who: links.token(person) for who, person in people.items()}
    for _ in range(2):
        booking.revoke_person(participant=people[name], by=STAFF, now=NOW)
    assert {who for who, link in sent.items() if works(link)} == set(EVERYBODY) - {name}
    assert appointment.events.filter(verb="participant.revoked").count() == 1


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_link_is_renewed_without_touching_the_others(appointment, world, name):
    people = with_company(appointment, world)
    sent = {who: links.token(person) for who, person in people.items()}
    renewed = booking.renew_link(participant=people[name], by=STAFF, now=NOW)
    assert {who for who, link in sent.items() if works(link)} == set(EVERYBODY) - {name}
    assert works(links.token(renewed))
    assert works(links.token(Participant.objects.get(pk=renewed.pk)))


def test_whoever_was_removed_gets_no_new_link(appointment, world):
    companion = with_company(appointment, world)["companion"]
    booking.revoke_person(participant=companion, by=STAFF, now=NOW)
    with pytest.raises(IllegalTransition):
        booking.renew_link(participant=companion, by=STAFF, now=NOW)


@pytest.mark.parametrize("role", ["client", "caseworker"])
def test_client_and_caseworker_are_the_appointment(appointment, role):
    with pytest.raises(IllegalTransition):
        booking.revoke_person(participant=appointment.one(role), by=STAFF, now=NOW)


def taken(who):
    return [(row.start, row.end) for row in who.schedule.allocations.all()]


def test_time_of_staff_is_taken_and_given_back(appointment, world):
    people = with_company(appointment, world)
    assert taken(world[1]) == taken(world[2]) == [(appointment.start, appointment.end)]
    for name in ("second", "interpreter"):
        booking.revoke_person(participant=people[name], by=STAFF, now=NOW)
    assert taken(world[1]) == taken(world[2]) == []
    assert taken(world[0])
    assert Appointment.objects.get().interpreter_language == ""


def test_whoever_is_not_free_cannot_come_along(appointment, world):
    office = appointment.office
    other = factories.appointment(world[1], special=True)
    with pytest.raises(SlotTaken):
        booking.add_caseworker(appointment=appointment, caseworker=world[1], by=STAFF, now=NOW)
    booking.cancel(appointment=other, by=STAFF, now=NOW)
    booking.add_caseworker(appointment=appointment, caseworker=world[1], by=STAFF, now=NOW)
    assert Participant.objects.of(office).filter(caseworker=world[1], revoked_at=None).count() == 2


def test_nobody_is_added_twice_and_not_without_end(appointment, world):
    with_company(appointment, world)
    common = {"appointment": appointment, "by": STAFF, "now": NOW}
    for who in (world[0], world[1]):
        with pytest.raises(Invalid):
            booking.add_caseworker(caseworker=who, **common)
    with pytest.raises(Invalid):
        booking.add_interpreter(interpreter=world[2], language="uk", **common)
    with pytest.raises(Invalid):
        booking.add_interpreter(
            interpreter=factories.interpreter(appointment.office, "ar"), language="uk", **common
        )
    for number in range(5):
        booking.add_companion(name=f"Kind {number}", **common)
    with pytest.raises(LimitReached):
        booking.add_companion(name="Kind 6", **common)


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "a\0b"])
def test_a_companion_has_a_name(appointment, name):
    with pytest.raises(Invalid):
        booking.add_companion(appointment=appointment, name=name, by=STAFF, now=NOW)


def test_nobody_is_added_to_what_no_longer_stands(appointment):
    seen = Appointment.objects.get()
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    for state in (seen, appointment):
        with pytest.raises(IllegalTransition):
            booking.add_companion(appointment=state, name="Alex", by=STAFF, now=NOW)


def test_a_move_takes_everybody_along_who_is_free(appointment, world):
    people = with_company(appointment, world)
    sent = {name: links.token(person) for name, person in people.items()}
    factories.opening(world[2])
    moved = booking.move(appointment=appointment, start=TEN, by=STAFF, now=NOW)
    assert not moved.warnings
    assert {name for name, link in sent.items() if works(link, TEN)} == set(EVERYBODY)
    assert taken(world[1]) == [(TEN, TEN + timedelta(minutes=45))]


def test_a_move_leaves_behind_whoever_is_busy_then_and_says_so(appointment, world):
    link = links.token(
        booking.add_caseworker(appointment=appointment, caseworker=world[1], by=STAFF, now=NOW)
    )
    factories.appointment(world[1], start=TEN, special=True)
    moved = booking.move(appointment=appointment, start=TEN, by=STAFF, now=NOW)
    assert moved.warnings == ["second_caseworker_busy"]
    assert not works(link, TEN)
    assert works(links.token(moved.one("caseworker")), TEN)


def test_the_second_caseworker_may_take_it_over(appointment, world):
    people = with_company(appointment, world)
    first, second = links.token(people["caseworker"]), links.token(people["second"])
    booking.hand_over(appointment=appointment, caseworker=world[1], by=STAFF, now=NOW)
    assert works(second)
    assert not works(first)
    assert appointment.one("caseworker") == people["second"]
    assert Allocation.objects.filter(appointment=appointment, schedule__caseworker__isnull=False).count() == 1


def test_handing_over_leaves_the_second_caseworker_where_she_is(appointment, world):
    people = with_company(appointment, world)
    third = factories.caseworker(appointment.office, appointment.service)
    booking.hand_over(appointment=appointment, caseworker=third, by=STAFF, now=NOW)
    assert works(links.token(people["second"]))
    assert not works(links.token(people["caseworker"]))


class TestAProtectedClient:
    """Only the staff who are named may come to know of her."""

    def test_nobody_else_comes_along_or_takes_over(self, appointment, world):
        client, mate = appointment.client, world[1]
        client.protected = True
        client.save()
        for step in (booking.add_caseworker, booking.hand_over):
            with pytest.raises(Invalid):
                step(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
        assert list(company.free_colleagues(appointment, NOW)) == []
        client.protected_for.add(mate.user)
        booking.add_caseworker(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
        assert appointment.participants.filter(caseworker=mate, revoked_at=None).exists()


def test_who_is_absent_then_does_not_come_along_to_another_time(appointment, world):
    mate = world[1]
    booking.add_caseworker(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    Absence.objects.create(office=mate.office, schedule=mate.schedule, start=TEN, end=utc("2026-03-10 12:00"))
    moved = booking.move(appointment=appointment, start=TEN, by=STAFF, now=NOW)
    assert "second_caseworker_busy" in moved.warnings
    assert not moved.participants.filter(caseworker=mate, revoked_at=None).exists()


OTHERS = ("interpreter", "companion", "second")


def test_an_outcome_says_who_took_part_once_the_door_is_closed(appointment, world):
    people, closed = with_company(appointment, world), policies.door(appointment)[1]
    attendance.record_outcome(appointment=appointment, status="fulfilled", by=STAFF, now=NINE)
    for name in OTHERS:
        person = Participant.objects.get(pk=people[name].pk)
        with pytest.raises(IllegalTransition):
            booking.revoke_person(participant=person, by=STAFF, now=closed)
    assert Appointment.objects.get(pk=appointment.pk).interpreter_language == "uk"


def test_whoever_can_still_come_in_after_an_outcome_can_be_removed(appointment, world):
    people, closes = with_company(appointment, world), policies.door(appointment)[1]
    attendance.record_outcome(appointment=appointment, status="fulfilled", by=STAFF, now=NINE)
    for name in OTHERS:
        person = Participant.objects.get(pk=people[name].pk)
        booking.revoke_person(participant=person, by=STAFF, now=closes - timedelta(seconds=1))
        assert not works(links.token(person))
    assert Appointment.objects.get(pk=appointment.pk).interpreter_language == "uk"


def test_nobody_is_removed_from_a_cancelled_talk(appointment, world):
    people = with_company(appointment, world)
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    with pytest.raises(IllegalTransition):
        booking.revoke_person(
            participant=Participant.objects.get(pk=people["companion"].pk), by=STAFF, now=NOW
        )


def test_the_second_caseworker_has_the_talk_on_her_day(appointment, world):
    mate = world[1]
    assert list(agenda.day(mate, appointment.start.date())) == []
    second = booking.add_caseworker(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    assert list(agenda.day(mate, appointment.start.date())) == [appointment]
    assert list(agenda.day(world[0], appointment.start.date())) == [appointment]
    booking.revoke_person(participant=second, by=STAFF, now=NOW)
    assert list(agenda.day(mate, appointment.start.date())) == []


def test_a_room_that_is_handed_over_before_anybody_is_in_it_is_a_new_one(appointment, world):
    worker, mate, _ = world
    factories.opening(mate)
    old = appointment.room
    handed = booking.hand_over(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    assert handed.room != old
    attendance.arrive(participant=handed.one("client"), now=NINE)
    room = handed.room
    assert booking.hand_over(appointment=handed, caseworker=worker, by=STAFF, now=NINE).room == room


def test_a_plan_b_says_nothing_about_the_next_talk(appointment):
    appointment.client.mobile = "+4915112345678"
    appointment.client.save()
    called = booking.call_instead(appointment=appointment, by=STAFF, now=NINE)
    assert called.mode == "phone"
    following = booking.follow_up(appointment=called, weeks=2, by=STAFF, now=NINE)
    assert following.mode == "video"
