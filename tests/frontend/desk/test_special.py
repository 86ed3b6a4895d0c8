"""A special appointment is booked by the second press; the first shows what it overrides."""

import pytest
from django.db import connection

from notifications.models import Message
from scheduler.events import SYSTEM, Actor
from scheduler.models import Appointment, Event
from scheduler.services import booking, publishing
from tests import factories
from tests.factories import NOW, utc

SATURDAY = {"special": "1", "special-day": "2026-03-07", "special-clock": "20:00"}
TOO_FAR = {**SATURDAY, "special-day": "2099-03-07"}
OUTSIDE = "Er liegt außerhalb der Sprechzeiten."
CHANGED = "Dieser Termin hat sich inzwischen geändert. Es wurde nichts geändert."


@pytest.fixture
def page(world):
    client = factories.client(world[0])
    return f"/desk/book/?client={client.pk}&service={world[1].pk}&mode=phone&who=me"


def text(answer):
    return answer.content.decode()


def seen(answer):
    return {"seen": answer.context["seen"]}


def test_the_first_press_shows_what_it_overrides_and_keeps_what_was_typed(desk, page):
    said = text(desk.post(page, SATURDAY))
    assert OUTSIDE in said
    assert 'value="2026-03-07"' in said
    assert 'value="20:00"' in said
    assert "Trotzdem buchen" in said
    assert not Appointment.objects.exists()
    assert not Message.objects.exists()
    assert not Event.objects.filter(verb="appointment.booked").exists()


def test_the_second_press_books_it(desk, page):
    answer = desk.post(page, {**SATURDAY, **seen(desk.post(page, SATURDAY))})
    appointment = Appointment.objects.get()
    assert answer.headers["Location"] == f"/desk/appointments/{appointment.uid}/"
    assert (appointment.special, appointment.start) == (True, utc("2026-03-07 19:00"))


def test_another_time_is_shown_before_it_is_booked(desk, page):
    shown = seen(desk.post(page, SATURDAY))
    assert OUTSIDE in text(desk.post(page, {**SATURDAY, "special-clock": "21:00", **shown}))
    assert not Appointment.objects.exists()


def test_what_has_come_up_since_is_shown_before_it_is_booked(desk, page, world):
    shown = seen(desk.post(page, SATURDAY))
    span = {"start": utc("2026-03-07 08:00"), "end": utc("2026-03-07 22:00")}
    publishing.set_absence(schedule=world[2].schedule, kind="away", by=SYSTEM, now=NOW, **span)
    again = desk.post(page, {**SATURDAY, **shown})
    assert len(again.context["foreseen"]) == 2
    assert desk.post(page, {**SATURDAY, **seen(again)}).status_code == 302


def test_what_overrides_nothing_is_booked_at_once(desk, page):
    free = {**SATURDAY, "special-day": "2026-03-10", "special-clock": "9:00"}
    assert desk.post(page, free).status_code == 302
    assert Appointment.objects.get().warnings == ()


def test_more_than_a_year_ahead_is_refused_in_words(desk, page, world):
    said = "Das liegt mehr als ein Jahr in der Zukunft. Bitte wählen Sie eine frühere Zeit."
    assert said in text(desk.post(page, TOO_FAR))
    assert not Appointment.objects.exists()
    standing = factories.appointment(world[2])
    assert said in text(desk.post(f"/desk/appointments/{standing.uid}/move/", TOO_FAR))
    standing.refresh_from_db()
    assert standing.start == utc("2026-03-10 08:00")


def test_a_move_that_was_only_looked_at_changes_nothing(desk, world):
    standing = factories.appointment(world[2])
    move = f"/desk/appointments/{standing.uid}/move/"
    first = desk.post(move, SATURDAY)
    assert "Trotzdem verschieben" in text(first)
    standing.refresh_from_db()
    assert (standing.start, standing.sequence) == (utc("2026-03-10 08:00"), 0)
    assert desk.post(move, {**SATURDAY, **seen(first)}).status_code == 302
    standing.refresh_from_db()
    assert (standing.start, standing.sequence) == (utc("2026-03-07 19:00"), 1)


def by_the_client(standing):
    """She moves it herself, by her link."""
    mine = Appointment.objects.get(pk=standing.pk)
    booking.move(appointment=mine, start=utc("2026-03-17 08:00"), by=Actor("client", "1"), now=NOW)


def test_a_choice_of_the_client_meanwhile_is_said_and_not_overridden(desk, world):
    standing = factories.appointment(world[2])
    move = f"/desk/appointments/{standing.uid}/move/"
    shown = seen(desk.post(move, SATURDAY))
    by_the_client(standing)
    again = desk.post(move, {**SATURDAY, **shown})
    assert CHANGED in text(again)
    assert "Jetzt: Dienstag, 17. März 2026, 9:00 Uhr" in text(again)
    standing.refresh_from_db()
    assert standing.start == utc("2026-03-17 08:00")
    assert CHANGED not in text(desk.post(move, {**SATURDAY, **seen(again)}, follow=True))
    standing.refresh_from_db()
    assert standing.start == utc("2026-03-07 19:00")


def test_after_a_choice_of_the_client_not_even_what_overrides_nothing_is_done_unseen(desk, world):
    standing = factories.appointment(world[2])
    move = f"/desk/appointments/{standing.uid}/move/"
    shown = seen(desk.post(move, SATURDAY))
    by_the_client(standing)
    free = {**SATURDAY, "special-day": "2026-03-24", "special-clock": "9:00"}
    assert CHANGED in text(desk.post(move, {**free, **shown}))
    standing.refresh_from_db()
    assert standing.start == utc("2026-03-17 08:00")


def test_a_choice_of_the_client_between_looking_and_doing_is_not_overridden(desk, world):
    standing = factories.appointment(world[2])
    move = f"/desk/appointments/{standing.uid}/move/"
    shown = seen(desk.post(move, SATURDAY))
    looked = []

    def meanwhile(execute, sql, *rest):
        answer = execute(sql, *rest)
        if sql.startswith("ROLLBACK TO") and not looked:
            looked.append(sql)
            by_the_client(standing)
        return answer

    with connection.execute_wrapper(meanwhile):
        again = desk.post(move, {**SATURDAY, **shown})
    assert looked
    assert "Jetzt: Dienstag, 17. März 2026, 9:00 Uhr" in text(again)
    standing.refresh_from_db()
    assert standing.start == utc("2026-03-17 08:00")
