"""Codes, clients, consents, reasons, erasing."""

from datetime import timedelta

import pytest

from scheduler.errors import CodeWrong, Invalid, LimitReached
from scheduler.events import SYSTEM, Actor
from scheduler.models import Appointment, Client, ContactProof, Event, Hold, Participant
from scheduler.queries import agenda
from scheduler.services import booking, identity, people, retention
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return factories.office()


def ask(office, address="kim@post.example", channel="email", session="s", now=NOW, **more):
    return identity.ask_code(
        office=office, channel=channel, address=address, session=session, language="de", now=now, **more
    )


def prove(office, proof, code=None, session="s", now=NOW):
    code = identity.code_of(proof) if code is None else code
    return identity.prove(office=office, proof_id=str(proof.pk), code=code, session=session, now=now)


class TestCodes:
    def test_the_right_code_proves_the_address(self, office):
        assert prove(office, ask(office)).proved_at == NOW

    def test_blanks_are_no_mistake(self, office):
        proof = ask(office)
        code = identity.code_of(proof)
        assert prove(office, proof, f" {code[:3]} {code[3:]} ").proved_at

    def test_five_tries_and_not_one_more(self, office):
        proof = ask(office)
        wrong = f"{(int(identity.code_of(proof)) + 1) % 1_000_000:06d}"
        for left in (4, 3, 2, 1, 0):
            with pytest.raises(CodeWrong) as refused:
                prove(office, proof, wrong)
            assert refused.value.values["tries_left"] == left
        with pytest.raises(CodeWrong):
            prove(office, proof)

    @pytest.mark.parametrize(
        "change",
        [{"session": "another"}, {"now": NOW + timedelta(minutes=10)}, {"code": ""}, {"code": "💥" * 10_000}],
    )
    def test_another_session_a_late_or_an_odd_code_prove_nothing(self, office, change):
        with pytest.raises(CodeWrong):
            prove(office, ask(office), **change)

    def test_another_offices_code_is_unknown(self, office):
        with pytest.raises(CodeWrong):
            prove(factories.office(), ask(office))

    def test_floods_are_stopped_per_address_session_and_office(self, office):
        for n in range(5):
            ask(office, session=f"s{n}")
        with pytest.raises(LimitReached):
            ask(office, session="s9")
        office.codes_per_day = 5
        with pytest.raises(LimitReached):
            ask(office, address="other@post.example", session="s9")

    def test_a_flood_of_mails_leaves_the_sms_alone_and_is_an_alarm_once_a_day(self, office, caplog):
        ask(office)
        office.codes_per_day = 1
        for number in range(3):
            with pytest.raises(LimitReached):
                ask(office, address=f"a{number}@post.example")
        with pytest.raises(LimitReached):
            ask(office, address="b@post.example", now=NOW + timedelta(hours=23))
        assert Event.objects.get(verb="codes.email_used_up").office == office
        assert caplog.text.count("sends no more codes today") == 1
        ask(office, channel="sms", address="0171 2345678")

    def test_a_flood_from_one_place_is_stopped_whatever_it_is_called(self, office):
        for n in range(40):
            ask(office, address=f"a{n}@post.example", session=f"s{n}", origin="here")
        with pytest.raises(LimitReached):
            ask(office, address="b@post.example", session="t", origin="here")
        ask(office, address="b@post.example", session="t", origin="there")
        ask(factories.office(), address="b@post.example", session="t", origin="here")
        ask(office, address="c@post.example", session="u", origin="here", now=NOW + timedelta(minutes=61))

    @pytest.mark.parametrize("number", ["0171 2345678", "+49 171 2345678", "0049-171-2345678"])
    def test_german_mobiles_are_understood(self, number):
        assert identity.normal_mobile(number) == "+491712345678"

    @pytest.mark.parametrize("number", ["06152 12345", "+1 202 555 0123", "110", "no", "", "9" * 10_000])
    def test_what_is_no_german_mobile_is_refused(self, number):
        with pytest.raises(Invalid):
            identity.normal_mobile(number)

    @pytest.mark.parametrize(
        "address", ["a@b", "a@localhost", "a b@c.de", "a@b.de\nBcc: x@y.de", "x" * 300 + "@b.de", "💥"]
    )
    def test_what_is_no_mail_address_is_refused(self, address):
        with pytest.raises(Invalid):
            identity.normal_email(address)


class TestMatching:
    def test_proven_contact_and_same_name_is_the_same_person(self, office):
        known = factories.client(office, name="Kim Beispiel", email="kim@post.example")
        proof = prove(office, ask(office))
        same = identity.client_for(office=office, proof=proof, name=" kim  beispiel", language="de", now=NOW)
        assert same == known

    def test_the_same_contact_with_another_name_is_another_person(self, office):
        factories.client(office, name="Kim Beispiel", email="kim@post.example")
        proof = prove(office, ask(office))
        other = identity.client_for(office=office, proof=proof, name="Robin Beispiel", language="uk", now=NOW)
        assert (other.name, other.matched, other.language) == ("Robin Beispiel", False, "uk")

    def test_an_unproven_contact_makes_nobody(self, office):
        with pytest.raises(CodeWrong):
            identity.client_for(office=office, proof=ask(office), name="Kim", language="de", now=NOW)

    def test_a_booking_never_overwrites_a_stored_contact(self, office):
        def match(email):
            person = people.Person("Kim", email=email, external_reference="A1")
            return people.match_client(office=office, person=person, by=SYSTEM, now=NOW)

        first, again = match("old@post.example"), match("new@post.example")
        assert again == first
        assert (again.email, again.offered_email) == ("old@post.example", "new@post.example")

    @pytest.mark.parametrize("name", ["Kim 👩\u200d🌾", "علی\u200cرضا", "Zoë", "Ὀδυσσεύς", "李雷", "O’Neill"])
    def test_names_of_every_script_stay_as_they_are_written(self, name):
        assert people.clean_name(name) == name

    def test_marks_that_nobody_sees_do_not_make_two_names(self):
        assert people.clean_name("\u202bعلی رضا\u202c") == people.clean_name("علی\u200f رضا")
        assert people.clean_name("Kim\u00ad\u200b\ufeff Beispiel") == "Kim Beispiel"

    def test_a_sign_that_cannot_be_shown_is_named(self):
        with pytest.raises(Invalid) as refused:
            people.clean_name("Kim\x07")
        assert refused.value.problem == "control_character"

    @pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b", "\u200d", "a\ud800", "\u200f\ufeff"])
    def test_names_that_are_none_are_refused(self, office, name):
        with pytest.raises(Invalid):
            people.make_client(office=office, name=name, now=NOW)


class TestWhoSeesWhom:
    def test_own_team_and_deputies_and_reasons(self, office):
        service = factories.service(office)
        team = factories.team(office)
        own = factories.caseworker(office, service, team=team)
        colleague = factories.caseworker(office, service, team=team)
        deputy, stranger = (factories.caseworker(office, service) for _ in range(2))
        own.deputies.add(deputy)
        lead = factories.user(office)
        team.leads.add(lead)
        client = factories.client(office, caseworker=own)

        def sees(user):
            return client in agenda.visible_clients(user, NOW)

        assert [sees(w.user) for w in (own, colleague, deputy, stranger)] == [True, True, True, False]
        assert sees(lead)
        people.open_with_reason(client=client, user=stranger.user, reason="Vertretung heute", now=NOW)
        assert sees(stranger.user)
        assert client not in agenda.visible_clients(stranger.user, NOW + timedelta(days=1))

    def test_a_protected_client_is_seen_by_the_named_only(self, office):
        own = factories.caseworker(office, factories.service(office))
        client = factories.client(office, caseworker=own, protected=True)
        assert client not in agenda.visible_clients(own.user, NOW)
        client.protected_for.add(own.user)
        assert client in agenda.visible_clients(own.user, NOW)


class TestErasing:
    def test_a_client_is_erased_and_the_figures_stay(self, office):
        worker = factories.caseworker(office, factories.service(office))
        factories.opening(worker)
        client = factories.client(office)
        appointment = factories.appointment(worker, client)
        retention.erase_client(client=client, by=Actor("user", "1"), now=NOW)
        appointment.refresh_from_db()
        assert (appointment.status, appointment.client) == ("cancelled", None)
        assert not Client.objects.exists()
        assert Participant.objects.get(role="client").name == ""
        assert not Event.objects.filter(payload__icontains=client.name).exists()

    def test_the_night_ends_codes_holds_keys_and_forgotten_people(self, office):
        service = factories.service(office)
        worker = factories.caseworker(office, service)
        factories.opening(worker)
        ask(office)
        booking.hold(
            office=office, service=service, start=utc("2026-03-10 08:00"), mode="video", session="a", now=NOW
        )
        key = booking.Idempotency("key:1", "k", "f")
        factories.appointment(worker, start=utc("2026-03-10 09:00"), idempotency=key)
        retention.nightly(NOW + timedelta(days=4))
        assert not ContactProof.objects.exists()
        assert not Hold.objects.exists()
        assert Appointment.objects.get().key is None
        retention.nightly(NOW + timedelta(days=99))
        assert not Client.objects.exists()
        retention.nightly(NOW + timedelta(days=99))


def test_one_place_asks_for_ten_calls_an_hour(office):
    def wish(number, origin="here", now=NOW):
        people.ask_callback(
            office=office,
            name="Kim",
            phone=f"+4915100000{number:03}",
            language="de",
            window="any",
            now=now,
            origin=origin,
        )

    for number in range(10):
        wish(number)
    with pytest.raises(LimitReached):
        wish(10)
    wish(11, origin="there")
    wish(12, now=NOW + timedelta(minutes=61))
