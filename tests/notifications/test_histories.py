"""Whatever happens in whatever order: no reminder after the start, nothing overtaken, nothing at night."""

import uuid
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.db import transaction
from django.db.models import Min
from django.test import override_settings
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from notifications import delivery, rendering
from notifications.models import Message
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.errors import SchedulerError
from scheduler.events import Actor
from scheduler.models import Appointment
from scheduler.queries.closing import closed_days
from scheduler.services import booking, contacts
from tests import factories
from tests.factories import utc
from tests.notifications import rude
from tests.notifications.post import serve

pytestmark = pytest.mark.django_db(transaction=True)
CLIENT, STAFF = Actor("client", "1"), Actor("user", "1")
MOBILE = "+4915112345678"
CONTACTS = ({}, {"mobile": MOBILE}, {"email": None, "mobile": MOBILE})
BEGINNINGS = (
    utc("2026-03-02 08:00"),
    utc("2026-03-27 19:30"),  # the clocks change on the 29th
    utc("2026-04-02 21:00"),  # before Easter
    utc("2026-10-23 10:00"),  # the clocks change on the 25th
)
ENDINGS = {"cancelled", "staff_cancelled"}
AHEAD = st.integers(30, 8 * 24 * 60).map(lambda minutes: minutes - minutes % 5)
WHICH = st.integers(0, 4)
STEPS = st.one_of(
    st.tuples(st.just("book"), AHEAD, st.sampled_from(CONTACTS)),
    st.tuples(st.just("move"), WHICH, AHEAD),
    st.tuples(st.just("cancel"), WHICH, st.sampled_from((CLIENT, STAFF))),
    st.tuples(st.just("hand"), WHICH, st.integers(0, 1)),
    st.tuples(st.just("switch"), WHICH, st.sampled_from(("phone", "video"))),
    st.tuples(st.just("bring"), WHICH),
    st.tuples(st.just("remove"), WHICH),
    st.tuples(st.just("consent"), WHICH, st.sampled_from(("email", "sms")), st.booleans()),
    st.tuples(st.just("silence"), WHICH, st.booleans()),
    st.tuples(st.just("wait"), st.integers(1, 36 * 60)),
    st.tuples(st.just("wait"), st.integers(1, 90)),
    st.tuples(st.just("late"), st.sampled_from((0, 0, 1, 59))),
    st.tuples(st.just("late"), st.sampled_from((0, 300, 600, 900))),
    st.tuples(st.just("clock"), st.integers(-180, 180)),
    st.tuples(st.just("outage"), st.booleans()),
    st.tuples(st.just("answer"), st.sampled_from(("451 later", "550 no", "drop"))),
    st.tuples(st.just("die")),
    st.tuples(st.just("tell")),
)
HISTORIES = st.lists(STEPS, min_size=8, max_size=30)


class World:
    """One caseworker, her clients, a mail server, and a clock that may be wrong."""

    def __init__(self, now: datetime, post, folder: Path) -> None:
        self.now, self.real, self.post, self.folder = now, now, post, folder
        office = factories.office()
        service = factories.service(office, max_future=99)
        self.caseworker, mate = (factories.caseworker(office, service) for _ in range(2))
        self.staff = (self.caseworker, mate)
        self.appointments: list[Appointment] = []
        self.seen_mails, self.seen_sms = len(post.mails), set(folder.glob("*.json"))

    def book(self, ahead: int, contacts: dict) -> None:
        person = factories.client(self.caseworker.office, **contacts)
        start = self.now.replace(minute=0) + timedelta(minutes=ahead)
        made = factories.appointment(
            self.caseworker, person, start=start, now=self.now, special=True, by=STAFF
        )
        self.appointments.append(made)

    def move(self, which: int, ahead: int) -> None:
        start = self.now.replace(minute=0) + timedelta(minutes=ahead)
        booking.move(appointment=self._one(which), start=start, by=STAFF, now=self.now, special=True)

    def cancel(self, which: int, by: Actor) -> None:
        booking.cancel(appointment=self._one(which), by=by, now=self.now)

    def hand(self, which: int, to: int) -> None:
        booking.hand_over(
            appointment=self._one(which), caseworker=self.staff[to], by=STAFF, now=self.now, offered=False
        )

    def switch(self, which: int, mode: str) -> None:
        booking.switch_mode(appointment=self._one(which), mode=mode, by=STAFF, now=self.now)

    def bring(self, which: int) -> None:
        booking.add_companion(
            appointment=self._one(which), name="Alex", email="alex@post.example", by=STAFF, now=self.now
        )

    def remove(self, which: int) -> None:
        for person in self._one(which).participants.filter(role="companion", revoked_at=None):
            booking.revoke_person(participant=person, by=STAFF, now=self.now)

    def consent(self, which: int, channel: str, given: bool) -> None:
        settle = contacts.consent if given else contacts.withdraw_consent
        settle(client=self._one(which).client, channel=channel, by=STAFF, now=self.now)

    def silence(self, which: int, silent: bool) -> None:
        contacts.set_silence(client=self._one(which).client, silent=silent, by=STAFF, now=self.now)

    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.real += timedelta(minutes=minutes)

    def late(self, minutes: int) -> None:
        """So many minutes after the next message was due the workers are there again."""
        first = Message.objects.filter(state="pending").aggregate(first=Min("next_try_at"))["first"]
        if first and first > self.now:
            self.wait(int((first - self.now).total_seconds() // 60) + 1 + minutes)
            self.tell()

    def clock(self, minutes: int) -> None:
        """Somebody sets it; real time goes on."""
        self.now += timedelta(minutes=minutes)

    def outage(self, begins: bool) -> None:
        conf.EMAIL_PORT = rude.closed_port() if begins else self.post.port

    def answer(self, said: str) -> None:
        self.post.answers.append(said)

    def die(self) -> None:
        """A worker takes five messages with it."""
        delivery.claim(self.now, self.real)

    def tell(self) -> None:
        delivery.deliver_due(lambda: self.now, lambda: self.real)
        for message in self.told():
            self.check(message)

    def told(self) -> list[Message]:
        """What was told since the last look, by mail and by SMS."""
        mails = [message_from_bytes(mail)["Message-ID"] for mail in self.post.mails[self.seen_mails :]]
        self.seen_mails = len(self.post.mails)
        files = set(self.folder.glob("*.json"))
        names = {file.stem for file in files - self.seen_sms}
        self.seen_sms = files
        if not mails and not names:
            return []
        rows = list(Message.objects.select_related("appointment", "office", "participant", "client", "event"))
        return [
            row
            for row in rows
            if (row.channel == "email" and rendering.message_id_of(row) in mails)
            or (row.channel == "sms" and str(uuid.uuid5(uuid.NAMESPACE_URL, str(row.pk))) in names)
        ]

    def check(self, message: Message) -> None:
        event(f"told {message.kind} {message.channel}")
        if message.participant.revoked_at:
            assert message.kind in ENDINGS
        else:
            self._is_true(message)
        if message.client:
            assert not message.client.no_messages
            assert message.channel in contacts.agreed(message.client)
        if not message.urgent:
            self._disturbs_nobody(message)

    def _is_true(self, message: Message) -> None:
        appointment = message.appointment
        assert message.sequence == appointment.sequence
        wanted = Status.CANCELLED if message.kind in ENDINGS else Status.BOOKED
        assert appointment.status == wanted
        if message.kind not in {*ENDINGS, "own_link"} and message.event.at < appointment.start:
            assert self.now <= appointment.start

    def _disturbs_nobody(self, message: Message) -> None:
        office, local = message.office, localtime.local(self.now, localtime.zone(message.office.zone))
        opens = 6 * 60 + 30 if message.stage == "hour_before" else office.quiet_until
        assert opens <= local.hour * 60 + local.minute < office.quiet_from
        assert local.weekday() != 6
        closed = closed_days(office, local.date(), local.date() + timedelta(days=1))
        assert [day for day in closed if day.closes - day.opens == 1440] == []
        assert self.now < message.appointment.start

    def _one(self, which: int) -> Appointment:
        if which >= len(self.appointments):
            raise SchedulerError
        return Appointment.objects.get(pk=self.appointments[which].pk)


def _mail_to(post) -> dict[str, object]:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return {"EMAIL_BACKEND": backend, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": post.port}


@pytest.fixture(scope="module")
def server():
    """One for all histories: each counts from the mails that are there."""
    with serve() as post:
        yield post


@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(begin=st.sampled_from(BEGINNINGS), history=HISTORIES, busy=st.booleans())
def test_nothing_untrue_late_or_at_night_is_ever_told(tmp_path_factory, server, begin, history, busy):
    folder = tmp_path_factory.mktemp("sms")
    server.answers.clear()
    with override_settings(**_mail_to(server), SMS_CONSOLE_PATH=folder), transaction.atomic():
        world = World(begin, server, folder)
        steps = [step for one in history for step in ([one, ("tell",)] if busy else [one])]
        for name, *values in [("book", 2880, {}), *steps, ("late", 0), ("late", 0), ("late", 0)]:
            try:
                with transaction.atomic():
                    getattr(world, name)(*values)
            except SchedulerError:
                continue
        transaction.set_rollback(True)
