"""Who takes part, at the desk: added, told, shown, renewed, removed; each link apart from the others."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from notifications.models import Message, State
from scheduler import links
from scheduler.events import SYSTEM
from scheduler.models import Allocation, Participant
from scheduler.services import attendance, booking, publishing
from tests import factories
from tests.factories import NOW, utc
from tests.frontend.signing_in import sign_in


@pytest.fixture
def appointment(world):
    return factories.appointment(world[2])


def people(appointment, step=""):
    return f"/desk/appointments/{appointment.uid}/people/{step}"


def standing(role):
    return Participant.objects.filter(role=role, revoked_at=None)


def add(desk, appointment, role, **fields):
    prefix = {"companion": "companion", "caseworker": "second", "interpreter": "interpreter"}[role]
    typed = {f"{prefix}-{name}": value for name, value in fields.items()}
    return desk.post(people(appointment), {"role": role, **typed})


def told(person):
    return sorted(Message.objects.filter(participant=person).values_list("kind", "channel", "state"))


def test_a_companion_is_added_and_told_her_own_link(desk, appointment):
    answer = add(desk, appointment, "companion", name=" Alex  Beistand ", email="Alex@Post.Example")
    assert answer.status_code == 302
    alex = standing("companion").get()
    assert (alex.name, alex.email) == ("Alex Beistand", "alex@post.example")
    assert told(alex) == [("own_link", "email", "pending")]
    page = desk.get(people(appointment)).content.decode()
    assert links.url(alex) in page
    for role in ("client", "caseworker"):
        assert links.token(appointment.one(role)) not in page


def test_two_clicks_make_one_companion(desk, appointment):
    assert add(desk, appointment, "companion", name="Alex").status_code == 302
    answer = add(desk, appointment, "companion", name="alex", email="alex@post.example")
    assert answer.status_code == 422
    assert standing("companion").count() == 1
    assert "alex@post.example" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "email"), [("", ""), ("Alex", "no address"), ("x" * 121, ""), ("a\x07b", "")]
)
def test_what_was_typed_wrong_is_kept_and_explained(desk, appointment, name, email):
    answer = add(desk, appointment, "companion", name=name, email=email)
    assert answer.status_code == 422
    assert "<title>Fehler:" in answer.content.decode()
    assert not standing("companion").exists()


def test_a_second_caseworker_is_of_the_team_and_free(desk, appointment, world):
    office, service, worker = world
    mate = factories.caseworker(office, service, team=worker.team)
    busy = factories.caseworker(office, service, team=worker.team)
    other_team = factories.caseworker(office, service)
    away = factories.caseworker(office, service, team=worker.team)
    span = {"start": utc("2026-03-10 06:00"), "end": utc("2026-03-10 12:00")}
    publishing.set_absence(schedule=away.schedule, kind="away", by=SYSTEM, now=NOW, **span)
    factories.appointment(busy, special=True)
    offered = desk.get(people(appointment)).context["forms"]["caseworker"].fields["caseworker"].queryset
    assert list(offered) == [mate]
    for refused in (busy, away, other_team, worker):
        assert add(desk, appointment, "caseworker", caseworker=refused.pk).status_code == 422
    assert add(desk, appointment, "caseworker", caseworker=mate.pk).status_code == 302
    second = standing("caseworker").get(caseworker=mate)
    assert told(second) == [("staff_booked", "email", "pending")]
    assert Allocation.objects.filter(schedule=mate.schedule).count() == 1
    assert links.token(second) not in desk.get(people(appointment)).content.decode()


def test_an_interpreter_is_added_by_language_and_told_when_removed(desk, appointment, world):
    one = factories.interpreter(world[0], "uk", "ar", email="dolmetschen@post.example")
    assert add(desk, appointment, "interpreter", choice=f"{one.pk}:tr").status_code == 422
    assert add(desk, appointment, "interpreter", choice=f"{one.pk}:uk").status_code == 302
    appointment.refresh_from_db()
    assert appointment.interpreter_language == "uk"
    person = standing("interpreter").get()
    assert add(desk, appointment, "interpreter", choice=f"{one.pk}:ar").status_code == 422
    Message.objects.filter(participant=person).update(state="sent")
    desk.post(people(appointment, f"{person.public_id}/remove/"))
    assert told(person) == [("cancelled", "email", "pending"), ("own_link", "email", "sent")]
    assert not standing("interpreter").exists()
    assert not Allocation.objects.filter(schedule=one.schedule).exists()


@pytest.mark.parametrize("choice", ["", "x:uk", "999999:uk", ":", "💥", "1" * 400])
def test_nonsense_adds_no_interpreter(desk, appointment, choice):
    assert add(desk, appointment, "interpreter", choice=choice).status_code == 422


def test_a_link_is_renewed_and_sent_as_often_as_wanted(desk, appointment):
    add(desk, appointment, "companion", name="Alex", email="alex@post.example")
    alex = standing("companion").get()
    old = links.token(alex)
    for step in ("renew/", "send/", "send/"):
        assert desk.post(people(appointment, f"{alex.public_id}/{step}")).status_code == 302
    assert Message.objects.filter(participant=alex, kind="own_link").count() == 4
    assert Browser().get(f"/t/{old}/").status_code == 404
    alex.refresh_from_db()
    assert Browser().get(f"/t/{links.token(alex)}/").status_code == 200


def test_the_client_gets_her_new_link_by_her_own_ways(desk, appointment):
    person = appointment.one("client")
    desk.post(people(appointment, f"{person.public_id}/renew/"))
    assert ("own_link", "email", "pending") in told(person)


def test_whose_link_has_ended_is_listed_as_such(desk, appointment):
    add(desk, appointment, "companion", name="Alex")
    alex = standing("companion").get()
    desk.post(people(appointment, f"{alex.public_id}/remove/"))
    page = desk.get(people(appointment))
    assert list(page.context["removed"]) == [alex]
    assert "Link beendet am Mo, 02.03.2026, 9:00 Uhr" in page.content.decode()
    assert links.token(alex) not in page.content.decode()


def test_a_lead_of_the_team_manages_people_and_an_administrator_does_not(world, appointment):
    office, _, worker = world
    lead, administrator = factories.user(office), factories.user(office, administers=True)
    worker.team.leads.add(lead)
    assert sign_in(lead).get(people(appointment)).status_code == 200
    browser = sign_in(administrator)
    assert browser.get(people(appointment)).status_code == 404
    assert browser.get(f"/desk/appointments/{appointment.uid}/confirmation.pdf").status_code == 404


def test_client_and_caseworker_cannot_be_removed(desk, appointment):
    for role in ("client", "caseworker"):
        person = appointment.one(role)
        assert desk.post(people(appointment, f"{person.public_id}/remove/")).status_code == 302
        person.refresh_from_db()
        assert person.revoked_at is None
    assert "/remove/" not in desk.get(people(appointment)).content.decode()


def test_nobody_joins_what_is_cancelled(desk, appointment):
    desk.post(f"/desk/appointments/{appointment.uid}/cancel/", {"on_behalf_of": "client"})
    assert add(desk, appointment, "companion", name="Alex").status_code == 422
    assert desk.get(people(appointment)).status_code == 200
    assert not standing("companion").exists()


def test_a_companion_hears_of_a_new_time_and_of_the_end(desk, appointment):
    add(desk, appointment, "companion", name="Alex", email="alex@post.example")
    alex = standing("companion").get()
    Message.objects.filter(participant=alex).update(state=State.SENT)
    desk.post(f"/desk/appointments/{appointment.uid}/move/", {"start": "2026-03-10T09:00:00Z"})
    desk.post(f"/desk/appointments/{appointment.uid}/cancel/", {"on_behalf_of": "office"})
    kinds = Message.objects.filter(participant=alex, state=State.PENDING).values_list("kind", flat=True)
    assert list(kinds) == ["cancelled"]
    appointment.refresh_from_db()
    assert appointment.start == utc("2026-03-10 09:00")


def test_the_page_costs_the_same_with_many_people(desk, appointment, django_assert_max_num_queries):
    for number in range(5):
        add(desk, appointment, "companion", name=f"Alex {number}", email="alex@post.example")
    with django_assert_max_num_queries(20):
        desk.get(people(appointment))


def test_people_of_other_talks_and_offices_are_not_there(desk, world, appointment):
    office, service, worker = world
    elsewhere = factories.caseworker(factories.office(), service)
    other = factories.appointment(worker, start=utc("2026-03-10 09:00"))
    stranger = other.one("client")
    for verb in ("send/", "renew/", "remove/"):
        assert desk.post(people(appointment, f"{stranger.public_id}/{verb}")).status_code == 404
    browser = sign_in(elsewhere.user)
    own = appointment.one("client")
    assert browser.get(people(appointment)).status_code == 404
    assert browser.post(people(appointment), {"role": "companion"}).status_code == 404
    for verb in ("send/", "renew/", "remove/"):
        assert browser.post(people(appointment, f"{own.public_id}/{verb}")).status_code == 404
    colleague = factories.caseworker(office, service, team=worker.team)
    assert sign_in(colleague.user).get(people(appointment)).status_code == 200
    assert Browser().get(people(appointment)).status_code == 302


def test_who_declined_in_her_calendar_is_shown_until_the_appointment_moves(desk, appointment):
    attendance.decline(participant=appointment.one("caseworker"), now=NOW)
    page = desk.get(f"/desk/appointments/{appointment.uid}/").content.decode()
    assert f"{appointment.one('caseworker').name} · hat abgelehnt</li>" in page
    assert page.count("hat abgelehnt") == 1
    assert "Im Kalender abgelehnt" in page
    booking.move(appointment=appointment, start=utc("2026-03-10 09:00"), by=SYSTEM, now=NOW)
    page = desk.get(f"/desk/appointments/{appointment.uid}/").content.decode()
    assert "hat abgelehnt" not in page
    assert "Im Kalender abgelehnt" in page


def test_after_an_early_outcome_links_can_end_until_the_door_closes_and_nobody_is_added(
    desk, appointment, clock
):
    alex = booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
    remove = f"{alex.public_id}/remove/"
    attendance.record_outcome(appointment=appointment, status="fulfilled", by=SYSTEM, now=appointment.start)
    clock.to(appointment.end + timedelta(minutes=30))
    assert remove not in desk.get(people(appointment)).content.decode()
    clock.to(appointment.end + timedelta(minutes=29))
    page = desk.get(people(appointment)).content.decode()
    assert remove in page
    assert "add-companion" not in page
    desk.post(people(appointment, remove))
    assert not standing("companion").exists()
