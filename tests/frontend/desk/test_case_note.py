"""The note for the case file: facts alone, and not a word of blame."""

from datetime import timedelta

import pytest

from scheduler.domain.wording import forbidden_in
from scheduler.events import Actor
from scheduler.services import booking
from tests import factories
from tests.factories import NOW

STAFF = Actor("user", "1")


def note_of(desk, appointment):
    return desk.get(f"/desk/appointments/{appointment.uid}/").context["case_note"]


def recorded(desk, appointment, status):
    desk.post(f"/desk/appointments/{appointment.uid}/outcome/", {"status": status})
    return note_of(desk, appointment)


def test_there_is_none_before_something_is_recorded(desk, world, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.end)
    assert note_of(desk, appointment) == ""
    assert "case-note" not in desk.get(f"/desk/appointments/{appointment.uid}/").content.decode()


def test_it_says_when_how_with_whom_and_what_became_of_it(desk, world, clock):
    appointment = factories.appointment(world[2])
    interpreter = factories.interpreter(world[0], "uk")
    booking.add_interpreter(
        appointment=appointment, interpreter=interpreter, language="uk", by=STAFF, now=NOW
    )
    clock.to(appointment.end)
    assert recorded(desk, appointment, "fulfilled").split("\n") == [
        "Gespräch (freiwillig)",
        "Datum: Dienstag, 10. März 2026",
        "Geplante Zeit: 9:00–9:45 Uhr",
        "Wie: Video",
        f"Ansprechperson: {world[2].display_name}",
        "Sprachmittlung: Ukrainisch",
        "Ergebnis: Das Gespräch hat stattgefunden.",
    ]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("noshow", "Ergebnis: Das Gespräch ist nicht zustande gekommen."),
        (
            "technical_failure",
            "Ergebnis: Das Gespräch ist wegen einer technischen Störung nicht zustande gekommen.",
        ),
        ("office_failed", "Ergebnis: Das Gespräch ist durch uns ausgefallen."),
    ],
)
def test_it_blames_nobody(desk, world, clock, status, words):
    appointment = factories.appointment(world[2])
    clock.to(appointment.end + timedelta(hours=1))
    note = recorded(desk, appointment, status)
    assert note.endswith(f"Sprachmittlung: keine\n{words}")
    assert appointment.client.name not in note
    assert "erschienen" not in note
    assert "versäumt" not in note
    assert not list(forbidden_in(note))


@pytest.mark.parametrize(
    ("whose", "words"),
    [("client", "Die Kundin oder der Kunde hat das Gespräch abgesagt."), ("office", "Wir haben das")],
)
def test_a_cancellation_is_a_fact_too(desk, world, whose, words):
    appointment = factories.appointment(world[2])
    desk.post(f"/desk/appointments/{appointment.uid}/cancel/", {"on_behalf_of": whose, "reason": "hindered"})
    note = note_of(desk, appointment)
    assert words in note
    assert "rank" not in note
