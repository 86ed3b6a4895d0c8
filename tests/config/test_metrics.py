"""Figures for Prometheus: for who has the token, in a constant number of statements."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser
from prometheus_client.parser import text_string_to_metric_families

from config import checks
from notifications.models import Heartbeat, Message, SmsDay, State
from scheduler.errors import LimitReached
from scheduler.services import identity
from tests import factories
from tests.factories import NOW

TOKEN = "0123456789abcdef" * 2


@pytest.fixture
def booked(db, settings, clock):
    settings.METRICS_TOKEN = TOKEN
    clock.to(NOW)
    worker = factories.caseworker(office := factories.office(), factories.service(office))
    factories.opening(worker)
    return factories.appointment(worker)


def scrape(token: str = TOKEN):
    return Browser().get("/metrics", headers={"authorization": f"Bearer {token}"})


def figures() -> dict[tuple, float]:
    found = text_string_to_metric_families(scrape().content.decode())
    return {(s.name, *sorted(s.labels.values())): s.value for family in found for s in family.samples}


def test_who_has_the_token_reads_the_figures(booked, clock):
    Message.objects.filter(kind="confirmation").update(state=State.UNKNOWN, repeated_at=NOW)
    clock.to(NOW + timedelta(minutes=5))
    Heartbeat.objects.create(name="a", at=datetime.now(UTC) - timedelta(seconds=900))
    Heartbeat.objects.create(name="b", at=datetime.now(UTC) - timedelta(seconds=30))
    read = figures()
    assert read["sprechzeit_messages", "email", "pending"] == 3
    assert read["sprechzeit_messages", "email", "unknown"] == 1
    assert read["sprechzeit_messages_unknown",] == 1
    assert read["sprechzeit_messages_repeated", "email"] == 1
    assert read["sprechzeit_oldest_due_message_age_seconds",] == pytest.approx(300, abs=10)
    assert read["sprechzeit_heartbeat_age_seconds",] == pytest.approx(30, abs=10)


def test_budgets_that_are_used_up_are_told(booked):
    office = booked.office
    office.codes_per_day = 0
    for channel, address in (("sms", "0151 12345678"), ("sms", "0151 12345679")):
        with pytest.raises(LimitReached):
            identity.ask_code(
                office=office, channel=channel, address=address, session="s", language="de", now=NOW
            )
    SmsDay.objects.create(office=office, day=NOW.date(), number=1, refused=3)
    read = figures()
    assert read["sprechzeit_offices_without_codes", "sms"] == 1
    assert read["sprechzeit_offices_without_codes", "email"] == 0
    assert read["sprechzeit_sms_refused_today",] == 3


def test_an_empty_outbox_has_figures_too(db, settings):
    settings.METRICS_TOKEN = TOKEN
    read = figures()
    assert read["sprechzeit_oldest_due_message_age_seconds",] == 0
    assert "sprechzeit_heartbeat_age_seconds" not in {name for name, *_ in read}


def test_nobody_else_learns_that_there_are_figures(db, settings):
    settings.METRICS_TOKEN = TOKEN
    assert scrape("wrong").status_code == scrape("").status_code == scrape("ü").status_code == 404
    assert Browser().get("/metrics").status_code == 404
    settings.METRICS_TOKEN = ""
    assert scrape("").status_code == scrape(TOKEN).status_code == 404


def test_the_number_of_statements_does_not_grow(booked, django_assert_num_queries):
    with django_assert_num_queries(5):
        scrape()
    for _ in range(5):
        factories.appointment(booked.caseworker, start=booked.start + timedelta(weeks=_ + 1), special=True)
    with django_assert_num_queries(5):
        scrape()


def test_a_short_token_is_refused_at_the_start(settings):
    settings.METRICS_TOKEN = "short"
    assert [text for text in checks.problems() if text.startswith("METRICS_TOKEN")] != []
