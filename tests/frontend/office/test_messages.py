"""The list "could not be told": who sees whom to call, and what she does about it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from notifications import stops, to_staff
from notifications.models import Message, State
from scheduler.errors import LimitReached
from scheduler.events import Actor
from scheduler.models import Event
from scheduler.services import identity
from tests import factories
from tests.factories import NOW
from tests.frontend.signing_in import sign_in

PAGES = {"administrator": "/office/messages/", "lead": "/lead/messages/"}
VERBS = {"retry": State.PENDING, "told": State.VOID, "void": State.VOID}


@pytest.fixture
def failed(cast):
    client = factories.client(cast.office, name="Kim Muster", mobile="+491712345678")
    factories.appointment(cast.worker, client)
    Message.objects.filter(kind="confirmation").update(state=State.FAILED, last_error="smtp_550")
    return Message.objects.filter(kind="confirmation", channel="sms").get()


@pytest.mark.parametrize("role", PAGES)
def test_administrator_and_lead_see_whom_to_call(cast, failed, role):
    text = sign_in(getattr(cast, role)).get(PAGES[role]).content.decode()
    assert "Kim Muster" in text
    assert 'href="tel:+491712345678"' in text
    assert "der Mailserver hat die Adresse abgelehnt" in text


def test_a_colleague_gets_no_letter(cast, failed, administrator):
    Message.objects.filter(kind="staff_booked").update(state=State.FAILED, last_error="smtp_550")
    text = administrator.get("/office/messages/").content.decode()
    assert "Bitte sagen Sie es der Ansprechperson direkt." in text
    assert "Bitte schreiben Sie einen Brief." not in text


def test_only_who_may_open_the_appointment_gets_its_address(cast, failed, administrator):
    address = f"/desk/appointments/{failed.appointment.uid}/"
    assert address in sign_in(cast.lead).get("/lead/messages/").content.decode()
    assert address not in administrator.get("/office/messages/").content.decode()


def test_a_protected_person_is_not_named(cast, failed, administrator):
    failed.client.protected = True
    failed.client.save()
    text = administrator.get("/office/messages/").content.decode()
    assert "Kim Muster" not in text
    assert "+491712345678" not in text
    assert f"Bitte fragen Sie {cast.worker.display_name}." in text


@pytest.mark.parametrize("role", PAGES)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_does_what_it_says(cast, failed, role, verb):
    answer = sign_in(getattr(cast, role)).post(f"{PAGES[role]}{failed.pk}/{verb}/")
    assert answer.headers["Location"] == PAGES[role]
    assert Message.objects.get(pk=failed.pk).state == VERBS[verb]


def test_the_second_click_changes_nothing(cast, failed, administrator):
    address = f"/office/messages/{failed.pk}/told/"
    administrator.post(address)
    again = administrator.post(address, follow=True)
    assert again.redirect_chain == [("/office/messages/", 302)]
    assert "Das ist schon erledigt." in again.content.decode()
    assert Event.objects.filter(verb="message.told_by_hand").count() == 1
    assert sign_in(cast.stranger).post(address).status_code == 404


def test_others_learn_nothing_and_change_nothing(cast, failed):
    stranger, worker = sign_in(cast.stranger), sign_in(cast.worker.user)
    for page in PAGES.values():
        for verb in VERBS:
            assert stranger.post(f"{page}{failed.pk}/{verb}/").status_code == 404
            assert worker.post(f"{page}{failed.pk}/{verb}/").status_code == 404
            assert Browser().post(f"{page}{failed.pk}/{verb}/").status_code == 302
        assert "Kim Muster" not in stranger.get(page).content.decode()
        assert worker.get(page).status_code == 404
        assert Browser().get(page).status_code == 302
    assert Message.objects.get(pk=failed.pk).state == State.FAILED


def test_a_lead_sees_her_own_teams_only(cast, failed):
    other = factories.user(cast.office)
    factories.team(cast.office).leads.add(other)
    browser = sign_in(other)
    assert "Kim Muster" not in browser.get("/lead/messages/").content.decode()
    assert browser.post(f"/lead/messages/{failed.pk}/told/").status_code == 404


def test_an_unknown_verb_is_not_there(failed, administrator):
    assert administrator.post(f"/office/messages/{failed.pk}/erase/").status_code == 404


def test_an_empty_list_says_so(cast, administrator):
    text = administrator.get("/office/messages/").content.decode()
    assert "Alle Nachrichten sind angekommen." in text
    assert "nie gemeldet" in text


@pytest.mark.parametrize("role", PAGES)
def test_the_list_costs_the_same_for_one_and_for_many(cast, failed, role):
    browser = sign_in(getattr(cast, role))

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(PAGES[role]).status_code == 200
        return len(seen)

    statements()
    one = statements()
    for week in range(1, 6):
        client = factories.client(cast.office, protected=True)
        start = failed.appointment.start + timedelta(weeks=week)
        factories.appointment(cast.worker, client, start=start, special=True, now=NOW)
    Message.objects.filter(kind="confirmation").update(state=State.FAILED)
    assert statements() == one


def test_the_appointment_page_tells_the_fate_of_each_message(cast, failed):
    Message.objects.filter(kind="staff_booked").update(state=State.SENT, sent_at=NOW)
    page = sign_in(cast.worker.user).get(f"/desk/appointments/{failed.appointment.uid}/").content.decode()
    assert "der Mailserver hat die Adresse abgelehnt" in page
    assert "Erinnerung (1 Arbeitstag vorher)" in page
    assert "gesendet · Mo, 02.03.2026, 9:00 Uhr" in page


def test_without_an_open_channel_nothing_can_be_sent_again(cast, administrator):
    client = factories.client(cast.office, name="Kim Muster")
    factories.appointment(cast.worker, client)
    Message.objects.filter(kind="confirmation").update(state=State.FAILED, last_error="no_channel")
    again = "Noch einmal senden"
    assert again in administrator.get("/office/messages/").content.decode()
    client.consents.update(withdrawn_at=NOW)
    assert again not in administrator.get("/office/messages/").content.decode()
    message = Message.objects.get(kind="confirmation")
    administrator.post(f"/office/messages/{message.pk}/retry/")
    assert "Kim Muster" in administrator.get("/office/messages/").content.decode()


class TestMailsToStaff:
    @pytest.fixture
    def account(self, cast):
        user, by = cast.worker.user, Actor.of(cast.administrator)
        to_staff.tell_account(user=user, stage="password", name="x", address="", by=by, now=NOW)
        Message.objects.update(state=State.FAILED, last_error="smtp_550")
        return Message.objects.get()

    def test_the_administrator_sees_them_and_sends_again(self, cast, account, administrator):
        text = administrator.get("/office/messages/").content.decode()
        assert "E-Mails an Mitarbeitende" in text
        assert cast.worker.user.name in text
        administrator.post(f"/office/messages/{account.pk}/retry/")
        account.refresh_from_db()
        assert account.state == State.PENDING

    def test_nobody_else_does(self, cast, account):
        for browser in (sign_in(cast.stranger), sign_in(cast.lead)):
            for page in PAGES.values():
                assert cast.worker.user.name not in browser.get(page).content.decode()
                assert browser.post(f"{page}{account.pk}/retry/").status_code == 404


class TestAChannelThatStandsStill:
    """It is the whole installation's: one office does not decide for the others."""

    LIFT = "/office/messages/channels/sms/lift/"

    @pytest.fixture(autouse=True)
    def stopped(self, cast):
        stops.stop(channel="sms", code="twilio_20003", now=NOW)

    def test_beside_other_offices_no_administrator_lifts_it(self, cast, administrator):
        assert self.LIFT not in administrator.get("/office/messages/").content.decode()
        assert administrator.post(self.LIFT).status_code == 404
        assert stops.stopped() == ["sms"]

    def test_the_only_office_lifts_it_herself(self, cast, administrator):
        cast.stranger.office.delete()
        assert self.LIFT in administrator.get("/office/messages/").content.decode()
        administrator.post(self.LIFT)
        assert stops.stopped() == []

    def test_an_operator_lifts_it_for_all(self, cast):
        cast.administrator.is_superuser = True
        cast.administrator.save()
        sign_in(cast.administrator).post(self.LIFT)
        assert stops.stopped() == []

    def test_operators_have_a_command(self, cast, capsys):
        for said in ("goes on", "did not stand still"):
            call_command("lift_stop", "sms")
            assert capsys.readouterr().out.strip() == said
        assert stops.stopped() == []


def test_codes_that_are_used_up_are_told(cast, administrator):
    cast.office.codes_per_day = 0
    with pytest.raises(LimitReached):
        identity.ask_code(
            office=cast.office, channel="sms", address="0151 12345678", session="s", language="de", now=NOW
        )
    assert "per SMS keine Codes" in administrator.get("/office/messages/").content.decode()
    assert "keine Codes" not in sign_in(cast.stranger).get("/office/messages/").content.decode()
