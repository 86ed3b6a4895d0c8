"""Invitations and calendar files, read back as a calendar program reads them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from scheduler import conference, ical, links
from scheduler.events import Actor
from scheduler.models import Appointment, Location, Participant
from scheduler.services import booking
from tests import factories
from tests.factories import NOW, utc

STAFF = Actor("user", "1")
ADDRESS = "kim@post.example"


@pytest.fixture
def caseworker(db):
    office = factories.office()
    who = factories.caseworker(office, factories.service(office))
    factories.opening(who)
    return who


def booked(who, start: str = "2026-03-10 08:00", **fields) -> Appointment:
    return factories.appointment(who, start=utc(start), special=True, **fields)


def invited(appointment: Appointment, method: str = "REQUEST") -> Calendar:
    fresh = Appointment.objects.get(pk=appointment.pk)
    return Calendar.from_ical(ical.invite(fresh.one("client"), method, address=ADDRESS))


def event_of(calendar: Calendar):
    (event,) = calendar.walk("VEVENT")
    return event


@pytest.mark.parametrize(
    ("start", "clock"),
    [
        ("2026-03-10 08:00", "09:00+01:00"),
        ("2026-03-27 08:00", "09:00+01:00"),
        ("2026-03-30 07:00", "09:00+02:00"),
        ("2026-07-07 07:00", "09:00+02:00"),
        ("2026-10-26 08:00", "09:00+01:00"),
    ],
)
def test_times_are_right_in_winter_and_in_summer(caseworker, start, clock):
    caseworker.services.update(horizon_days=365)
    event = event_of(invited(booked(caseworker, start)))
    begins, ends = event.decoded("dtstart"), event.decoded("dtend")
    assert begins.isoformat().endswith(f"T{clock[:5]}:00{clock[5:]}")
    assert begins == utc(start)
    assert ends - begins == timedelta(minutes=caseworker.services.get().duration_minutes)
    assert event["dtstart"].params["TZID"] == "Europe/Berlin"


def test_the_zone_is_written_as_two_rules_that_agree_with_the_real_zone(caseworker):
    text = ical.invite(booked(caseworker).one("client"), address=ADDRESS)
    (zone,) = Calendar.from_ical(text).walk("VTIMEZONE")
    assert (text.count(b"RRULE"), text.count(b"RDATE")) == (2, 0)
    rules, real = zone.to_tz(lookup_tzid=False), ZoneInfo("Europe/Berlin")
    for day in range(0, 3 * 365, 3):
        noon = utc("2026-01-01 12:00") + timedelta(days=day)
        assert noon.replace(tzinfo=rules).utcoffset() == noon.replace(tzinfo=real).utcoffset()


def test_offices_in_other_zones_send_their_own_zone(caseworker):
    type(caseworker.office).objects.update(zone="Europe/London")
    event = event_of(calendar := invited(booked(caseworker)))
    assert event.decoded("dtstart") == utc("2026-03-10 08:00")
    assert event["dtstart"].params["TZID"] == "Europe/London"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]


def test_an_invitation_has_one_organizer_and_invites_exactly_this_person(caseworker, settings):
    settings.DEFAULT_FROM_EMAIL = "Termine <termine@amt.example>"
    calendar = invited(booked(caseworker))
    event = event_of(calendar)
    assert str(calendar["method"]) == "REQUEST"
    assert str(event["organizer"]) == "mailto:termine@amt.example"
    assert not isinstance(event["attendee"], list)
    assert str(event["attendee"]) == f"mailto:{ADDRESS}"


def test_a_file_for_ones_own_calendar_is_no_invitation(caseworker):
    appointment = booked(caseworker)
    calendar = Calendar.from_ical(ical.calendar_file(appointment.one("client")))
    event = event_of(calendar)
    assert not {"METHOD", "UID"} & set(calendar)
    assert not {"ATTENDEE", "ORGANIZER"} & set(event)
    assert str(event["uid"]) == str(appointment.uid)


def test_it_says_neither_topic_nor_names_nor_room(caseworker):
    appointment = booked(caseworker, note="Schulden und Trennung")
    person = appointment.one("client")
    for text in (ical.invite(person, address=ADDRESS), ical.calendar_file(person)):
        plain = text.replace(b"\r\n ", b"").decode()
        hidden = (
            *appointment.service.names.values(),
            appointment.note,
            appointment.room,
            appointment.caseworker.display_name,
            "jitsi",
        )
        assert not [word for word in hidden if word.lower() in plain.lower()]
        assert "CLASS:PRIVATE" in plain
        assert links.url(person) in plain


@pytest.mark.parametrize(
    ("mode", "language", "title"),
    [
        ("video", "de", "Videotermin"),
        ("phone", "de", "Telefontermin"),
        ("on_site", "de", "Termin vor Ort"),
        ("video", "en", "Video appointment"),
        ("phone", "en-GB", "Phone appointment"),
    ],
)
def test_the_summary_is_neutral_and_in_the_persons_language(caseworker, mode, language, title):
    appointment = booked(caseworker)
    Appointment.objects.update(mode=mode)
    Participant.objects.update(language=language)
    assert str(event_of(invited(appointment))["summary"]) == f"{title}, {appointment.office.name}"


def test_a_move_updates_the_same_entry(caseworker):
    appointment = booked(caseworker)
    before = event_of(invited(appointment))
    booking.move(
        appointment=appointment, start=utc("2026-03-10 09:00"), by=STAFF, now=NOW + timedelta(hours=1)
    )
    after = event_of(invited(appointment))
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.decoded("dtstamp") == NOW + timedelta(hours=1) > before.decoded("dtstamp")
    assert after.decoded("dtstart") == utc("2026-03-10 09:00")


def test_a_cancellation_takes_the_entry_away_and_carries_no_link(caseworker):
    appointment = booked(caseworker)
    before = event_of(invited(appointment))
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    calendar = invited(appointment, "CANCEL")
    event = event_of(calendar)
    assert (str(calendar["method"]), str(event["status"])) == ("CANCEL", "CANCELLED")
    assert event["uid"] == before["uid"]
    assert event["sequence"] > before["sequence"]
    assert not {"URL", "DESCRIPTION"} & set(event)


def test_the_same_state_is_written_the_same_way_each_time(caseworker):
    person = booked(caseworker).one("client")
    assert ical.calendar_file(person) == ical.calendar_file(person)
    assert ical.invite(person, address=ADDRESS) == ical.invite(person, address=ADDRESS)


def test_on_site_the_place_is_named(caseworker):
    place = Location.objects.create(office=caseworker.office, name="Haus B", address="Am Markt 1; 2. Stock")
    appointment = booked(caseworker)
    Appointment.objects.update(mode="on_site", location=place)
    assert str(event_of(invited(appointment))["location"]) == "Haus B, Am Markt 1; 2. Stock"


@pytest.mark.parametrize(
    "name",
    ["Kim\r\nATTENDEE:mailto:other@post.example", 'Kim "K"; X=1:2, Beispiel', "K\x00i\x07m", "😀" * 30, ""],
)
def test_no_name_breaks_out_of_its_line(caseworker, name):
    person = booked(caseworker).one("client")
    person.name = name
    text = ical.invite(person, address=ADDRESS)
    event = event_of(Calendar.from_ical(text))
    assert str(event["attendee"]) == f"mailto:{ADDRESS}"
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert not any(byte < 32 for byte in text.replace(b"\r\n", b""))


def test_a_new_room_changes_no_invitation(caseworker):
    appointment = booked(caseworker)
    before = ical.invite(appointment.one("client"), address=ADDRESS)
    Appointment.objects.update(room=conference.new_room())
    assert ical.invite(appointment.one("client"), address=ADDRESS) == before


def test_a_caseworkers_calendar_shows_initials_only_where_the_office_allows_it(caseworker):
    appointment = booked(caseworker)
    office = appointment.office
    client, staff = appointment.one("client"), appointment.one("caseworker")
    assert ical.title(appointment, staff) == ical.title(appointment, client)
    office.staff_may_see_initials = True
    appointment.client.name = "Kim van Beispiel"
    assert ical.title(appointment, staff).endswith(", K.v.B.")
    assert "K.v.B." not in ical.title(appointment, client)
    appointment.client.protected = True
    assert "K.v.B." not in ical.title(appointment, staff)
